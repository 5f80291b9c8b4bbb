import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');

/** A program named kubectl that notes what it was called with. */
function withKubectl(sandbox: Sandbox): void {
  sandbox.write('bin/kubectl', '#!/bin/sh\necho "$@" >> kubectl.log\necho applied\n', 0o755);
}

describe('the specification, as written', () => {
  test('its Lua example runs, with any program named kubectl', async () => {
    const box = createSandbox();
    withKubectl(box);
    box.write('deploy.sloth', fixture('deploy.sloth'));

    const run = await box.sloth('run', '--file', 'deploy.sloth', '--stack', 'production-stack');
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(run.stdout).toContain("Stack 'production-stack' created");
    expect(run.stdout).toContain('Validation passed');
    expect(run.stdout).toContain('Snapshot v1 created');
    expect(run.stdout).toContain('Deployment successful');
    expect(run.stdout).toContain('no resources declared');
    expect(readFileSync(join(box.folder, 'kubectl.log'), 'utf8')).toBe(
      'apply -f deployment.yaml\n',
    );

    const state = await box.sloth('stack', 'state', 'list', 'production-stack', '--json');
    expect(JSON.parse(state.stdout)).toEqual({
      deployment_version: 'v2.0.0',
      deployed_at: expect.any(Number) as number,
      deployed_by: 'tester',
      deployment_url: 'https://app.example.com',
    });
  });

  test('its script "CI/CD Pipelines" runs', async () => {
    const box = createSandbox({ BUILD_NUMBER: '42' });
    withKubectl(box);
    box.write('deploy.sloth', fixture('deploy.sloth'));

    const { status, stdout, stderr } = await box.shell(fixture('pipeline.sh'));
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain("✓ Lock acquired for stack 'production'");
    expect(stdout).toMatch(/Locked by: {4}ci-bot/);
    expect(stdout).toMatch(/Reason: {7}CI\/CD Pipeline #42/);
    expect(stdout).toContain('Validation passed: production is ready for execution');
    expect(stdout).toMatch(/Tags: {9}ci, deployment/);
    expect(stdout).toContain("the file has exactly one workflow, 'production_deploy'");
    expect(stdout).toContain('No resources declared');
    expect(stdout).toContain("✓ Lock released for stack 'production'");

    const events = await box.sloth('events', 'list', 'production', '--json');
    const types = (JSON.parse(events.stdout) as { type: string }[]).map((event) => event.type);
    expect(types).toEqual([
      'stack.created',
      'lock.acquired',
      'snapshot.created',
      'snapshot.created',
      'stack.execution.started',
      'task.started',
      'stack.updated',
      'stack.updated',
      'stack.updated',
      'stack.updated',
      'task.completed',
      'stack.execution.completed',
      'lock.released',
    ]);
    const log = await box.sloth('stack', 'log', 'production', '--verify');
    expect(log.stdout).toContain('whole');
  });
});
