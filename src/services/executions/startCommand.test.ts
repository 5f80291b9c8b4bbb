import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../backend/testing/refusalOf.ts';
import { livenessOf, NOW, sketchLock, sketchProcess } from '../../backend/testing/sketchHead.ts';
import { sketchSituation } from '../../backend/testing/sketchSituation.ts';
import { deleteEntry, putEntry } from '../../model/change.ts';
import type { ExecutionEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import { sketchExecution } from '../../model/testing/sketchExecution.ts';
import { sketchWorkflow } from '../../model/testing/sketchWorkflow.ts';
import type { TaskDefinition } from '../../model/workflow.ts';
import { type StartRequest, startCommand } from './startCommand.ts';

const build = {
  name: 'build',
  description: 'makes it',
  timeout: 500,
  retries: { count: 2, strategy: 'fixed' },
  dependsOn: ['fetch'],
  tags: ['ci'],
} as unknown as TaskDefinition;

const buildEntry = {
  workflow: 'w',
  description: 'makes it',
  timeout: 500,
  retries: 2,
  dependsOn: ['fetch'],
  tags: ['ci'],
};

const process = sketchProcess('alive');

const request: StartRequest = {
  definition: sketchWorkflow({ tasks: [build] }),
  file: 'w.sloth',
  actor: 'ann',
  process,
  ttl: 600,
  snapshot: 'v3',
  resume: null,
  up: null,
  dependencies: () => [],
};

const lock = sketchLock({ process });
const locked = { lockIds: new Set(['l1']), fence: 5 };
const unlocked = { lockIds: new Set<string>(), fence: null };

function start(
  facts: Partial<StartRequest>,
  head: Partial<Head> = {},
  entries: Parameters<typeof sketchSituation>[1] = { task: { build: buildEntry } },
  authority: Parameters<typeof startCommand>[1] = unlocked,
) {
  const situation = sketchSituation({ executionCount: 4, ...head }, entries);
  return startCommand({ ...request, ...facts }, authority, livenessOf).decide(situation);
}

const entry: ExecutionEntry = {
  workflow: 'w',
  version: '1.0.0',
  file: 'w.sloth',
  status: 'running',
  actor: 'ann',
  startedAt: NOW,
  endedAt: null,
  resumed: 0,
  taskCount: 1,
  reason: '',
  snapshot: 'v3',
  rolledBack: false,
  process,
};

const opened = (id: string) => [
  {
    type: 'execution.open',
    execution: { id, by: 'ann', startedAt: NOW, expiresAt: NOW + 600, process },
  },
  { type: 'stack.put', status: 'running' },
];

describe('a new execution', () => {
  test('has the next number, a record, a lease and the status of the stack', () => {
    const { result, fence, changes, events } = start({});
    expect(result).toEqual({ id: 'e5', startedAt: NOW, entry });
    expect(fence).toBeNull();
    expect(changes).toEqual([putEntry('execution', 'e5', entry), ...opened('e5')]);
    expect(events).toMatchObject([
      {
        type: 'stack.execution.started',
        source: 'run',
        data: { execution: 'e5', workflow: 'w' },
      },
    ]);
  });

  test('knows the up that it is a part of', () => {
    expect(start({ up: 'u1' }).result.entry).toEqual({ ...entry, up: 'u1' });
  });

  test('writes the tasks that are declared in another way, and removes those that are not', () => {
    const known = { build: { ...buildEntry, retries: 1 }, old: buildEntry };
    expect(start({}, {}, { task: known }).changes.slice(3)).toEqual([
      putEntry('task', 'build', buildEntry),
      deleteEntry('task', 'old'),
    ]);
    expect(start({}, {}, {}).changes.slice(3)).toEqual([putEntry('task', 'build', buildEntry)]);
  });

  test('writes what it changes about the stacks that it needs', () => {
    const change = deleteEntry('dependency', 'x');
    const given: unknown[] = [];
    const dependencies: StartRequest['dependencies'] = (known, execution) => {
      given.push([...known.keys()], execution);
      return [change];
    };
    const dependency = { x: { declarations: [] } };
    expect(start({ dependencies }, {}, { dependency }).changes.at(-1)).toEqual(change);
    expect(given).toEqual([['x'], 'e5']);
  });

  test('reads tasks and dependencies', () => {
    expect(startCommand(request, unlocked, livenessOf)).toMatchObject({
      operation: 'run.start',
      execution: null,
      needs: [{ kind: 'task' }, { kind: 'dependency' }],
    });
  });
});

describe('under a lock', () => {
  test.each([
    [NOW + 599, [{ type: 'lock.put', lock: { ...lock, expiresAt: NOW + 600 } }]],
    [NOW + 600, []],
    [NOW + 601, []],
  ])('one that ends at %i lives as long as the first renewal takes', (expiresAt, prolonged) => {
    const held = { ...lock, expiresAt };
    const { fence, changes } = start({}, { lock: held }, undefined, locked);
    expect(fence).toBe(5);
    expect(changes.filter(({ type }) => type === 'lock.put')).toEqual(prolonged);
  });

  test('one that had ended and is not its own is cleared, and not prolonged', () => {
    const head = { lock: sketchLock({ expiresAt: NOW - 1 }) };
    const { changes, events } = start({}, head);
    expect(changes.map(({ type }) => type)).toEqual([
      'lock.delete',
      'entry.put',
      'execution.open',
      'stack.put',
    ]);
    expect(events.map(({ type }) => type)).toEqual(['lock.expired', 'stack.execution.started']);
  });

  test('of somebody else it is refused, and without its own', () => {
    expect(refusalOf(() => start({}, { lock }))?.code).toBe('stack.locked');
    expect(refusalOf(() => start({}, { lock: null }, {}, locked))?.code).toBe('lock.lost');
  });
});

describe('an execution that is gone on with', () => {
  function resume(earlier: Partial<ExecutionEntry>, facts: Partial<StartRequest> = {}) {
    const execution = { e3: sketchExecution({ startedAt: 77, resumed: 1, ...earlier }) };
    return start({ resume: 'e3', ...facts }, {}, { execution, task: { build: buildEntry } });
  }

  test.each(['interrupted', 'fenced', 'failed'] as const)('keeps its begin: %s', (status) => {
    const { result, changes, events } = resume({ status });
    const resumed = { ...entry, startedAt: 77, resumed: 2, snapshot: 'v1' };
    expect(result).toEqual({ id: 'e3', startedAt: NOW, entry: resumed });
    expect(changes).toEqual([putEntry('execution', 'e3', resumed), ...opened('e3')]);
    expect(events).toMatchObject([{ type: 'stack.execution.resumed', data: { execution: 'e3' } }]);
  });

  test('keeps the snapshot that was taken before it, where there is one', () => {
    expect(resume({ status: 'failed', snapshot: '' }).result.entry.snapshot).toBe('v3');
    expect(resume({ status: 'failed', resumed: 0 }).result.entry.resumed).toBe(1);
  });

  test.each([
    ['success', false],
    ['running', false],
    ['interrupted', true],
    ['failed', true],
  ] as const)('can not be one that is %s, rolled back: %s', (status, rolledBack) => {
    const refusal = refusalOf(() => resume({ status, rolledBack }));
    expect(refusal?.code).toBe('execution.nothing_to_resume');
    // That it was rolled back is said beside its status.
    const said = rolledBack ? expect.stringMatching(/^failed, ./) : status;
    expect(refusal?.details).toEqual({ stack: 's', status: said });
  });

  test('can not be one that is not there', () => {
    expect(refusalOf(() => start({ resume: 'e9' }))).toEqual({
      code: 'execution.nothing_to_resume',
      details: { stack: 's', status: '' },
    });
  });

  test('reads its record', () => {
    const command = startCommand({ ...request, resume: 'e3' }, unlocked, livenessOf);
    expect(command).toMatchObject({
      operation: 'run.resume',
      execution: 'e3',
      needs: [{ kind: 'task' }, { kind: 'dependency' }, { kind: 'execution', name: 'e3' }],
    });
  });
});
