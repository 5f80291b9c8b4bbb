import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { stateOf } from './stateOf.ts';

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

    expect(await stateOf(box, 'production-stack')).toEqual({
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
    const types = (JSON.parse(events.stdout) as { events: { type: string }[] }).events.map(
      (event) => event.type,
    );
    expect(types).toEqual([
      'stack.created',
      'lock.acquired',
      // The run refers to the one that was just made: nothing has changed since.
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

  test('its script "Emergency Rollback" runs (in a real terminal, where somebody says yes)', async () => {
    const box = createSandbox();
    const release = (version: string): string =>
      box.write(
        'w.sloth',
        `workflow.define("w"):version("${version}"):resources({
           resource.file("app", { path = "app.conf", content = "release ${version}" }) })
         :tasks({ task("t"):command(function() state.set("release", "${version}") return true end) })`,
      );
    const run = ['run', '--file', 'w.sloth', '--stack', 'production'];
    release('1');
    await box.sloth(...run);
    for (let n = 2; n < 35; n++) {
      await box.sloth('stack', 'snapshot', 'create', 'production');
    }
    const label = ['--description', 'Last known good, working', '--creator', 'admin'];
    const made = await box.sloth('stack', 'snapshot', 'create', 'production', ...label);
    expect(made.stdout).toContain('Version:      v35');
    release('2');
    await box.sloth(...run);
    box.write('rollback.sh', fixture('rollback.sh'));
    const { status, stdout } = await box.shell(
      `printf 'yes\\n' | NO_COLOR=1 script -qec 'sh -eu rollback.sh' /dev/null`,
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/v35 +admin +Last known good, working/);
    expect(stdout).toContain('This will restore stack to snapshot v35');
    expect(stdout).toContain('Modified value: release');
    expect(stdout).toContain('✓ Restoring snapshot v35...');
    expect(stdout).toContain('✓ Snapshot restored successfully');
    expect(stdout).toContain('Stack: production');
    expect(stdout).toMatch(/Tags: {9}incident, rollback/);
    expect(await stateOf(box, 'production')).toEqual({ release: '1' });
    const verified = await box.sloth('stack', 'snapshot', 'verify', 'production', '--all');
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('are whole')]);
    const compared = [
      'stack',
      'snapshot',
      'compare',
      'production',
      'v35',
      'current',
      '--exit-code',
    ];
    expect((await box.sloth(...compared)).status).toBe(0);
  });

  test('its script "Multi-Environment Management" runs, in a project that declares the environments', async () => {
    const box = createSandbox();
    const stacks = ['dev', 'staging', 'prod'].flatMap((env) => [
      `  ${env}-network: { file: network.sloth }`,
      `  ${env}-db: { file: db.sloth, depends_on: [${env}-network] }`,
      `  ${env}-app: { file: app.sloth, depends_on: [${env}-db] }`,
    ]);
    box.write('sloth.yaml', `stacks:\n${stacks.join('\n')}\n`);
    for (const name of ['network', 'db', 'app']) {
      box.write(
        `${name}.sloth`,
        'workflow.define("deploy"):tasks({ task("work"):command("true") })\n',
      );
    }
    const { status, stdout, stderr } = await box.shell(fixture('multiEnvironment.sh'));
    expect([stderr, status]).toEqual(['', 0]);
    expect(stdout).toContain('  Group 1: dev-network, prod-network, staging-network\n');
    expect(stdout).toContain('  9. staging-app (depends on: staging-db)\n');
    expect(stdout.match(/succeeded/g)).toHaveLength(9);
  });
});
