import { describe, expect, test } from 'vitest';
import type { Command } from '../../backend/Command.ts';
import { refusalOf } from '../../backend/testing/refusalOf.ts';
import { livenessOf, sketchLock, sketchProcess } from '../../backend/testing/sketchHead.ts';
import { sketchSituation } from '../../backend/testing/sketchSituation.ts';
import { type Change, deleteEntry, putEntry } from '../../model/change.ts';
import type { DependencyDeclaration, DependencyEntry, QueueEntry } from '../../model/entry.ts';
import { sketchWorkflow } from '../../model/testing/sketchWorkflow.ts';
import { dependencyChanges, type OutputUse } from './declaredDependencies.ts';
import {
  addDependencyCommand,
  removeDependencyCommand,
  useOutputsCommand,
} from './dependencyCommands.ts';
import { dequeueCommand, enqueueCommand } from './queueCommands.ts';

const lock = sketchLock({ process: sketchProcess('alive') });
const locked = { lockIds: new Set(['l1']), execution: null, fence: 5 };
const unlocked = { lockIds: new Set<string>(), execution: null, fence: null };

const byHand: DependencyDeclaration = { source: 'hand', by: 'ann', range: '^2', at: null };
const inWorkflow: DependencyDeclaration = {
  source: 'workflow',
  by: 'w',
  range: '',
  at: { file: 'w.sloth', line: 1 },
};
const inProject: DependencyDeclaration = {
  source: 'project',
  by: '',
  range: '^1',
  at: { file: 'sloth.yaml', line: 9 },
};
const used = { lineage: 'l', outputs: { url: { serial: 3, execution: 'e1' } } };

const dependency: Readonly<Record<string, DependencyEntry>> = {
  hand: { declarations: [byHand] },
  both: { declarations: [inWorkflow, byHand] },
  flow: { declarations: [inWorkflow, inProject] },
  old: { declaredBy: 'earlier' },
  used: { declarations: [], used },
  usedByHand: { declarations: [byHand], used },
};

function decide<R>(command: Command<R>) {
  return command.decide(sketchSituation({ lock }, { dependency }));
}

describe('declaring by hand', () => {
  const add = (stack: string, authority = locked as typeof locked | typeof unlocked) =>
    addDependencyCommand({ stack, range: '^3' }, 'bob', authority, livenessOf);
  const declared: DependencyDeclaration = { source: 'hand', by: 'bob', range: '^3', at: null };

  test.each<[string, DependencyEntry]>([
    ['new', { declarations: [declared] }],
    ['hand', { declarations: [declared] }],
    ['both', { declarations: [inWorkflow, declared] }],
    ['used', { declarations: [declared], used }],
  ])('what is known beside it stays: %s', (stack, entry) => {
    const command = add(stack);
    expect(command).toMatchObject({
      operation: 'deps.add',
      needs: [{ kind: 'dependency', name: stack }],
    });
    const { fence, changes, events } = decide(command);
    expect(fence).toBe(5);
    expect(changes).toEqual([putEntry('dependency', stack, entry)]);
    expect(events).toMatchObject([
      { type: 'stack.updated', source: 'stack', data: { stack, range: '^3' } },
    ]);
  });

  test('needs the lock', () => {
    expect(refusalOf(() => decide(add('new', unlocked)))?.code).toBe('stack.locked');
  });
});

describe('taking back what was declared by hand', () => {
  const remove = (stack: string, authority = locked as typeof locked | typeof unlocked) =>
    removeDependencyCommand(stack, 'bob', authority, livenessOf);

  test.each<[string, Change]>([
    ['hand', deleteEntry('dependency', 'hand')],
    ['both', putEntry('dependency', 'both', { declarations: [inWorkflow] })],
    ['usedByHand', putEntry('dependency', 'usedByHand', { declarations: [], used })],
  ])('leaves what others say: %s', (stack, change) => {
    expect(remove(stack)).toMatchObject({
      operation: 'deps.remove',
      needs: [{ kind: 'dependency' }],
    });
    const { fence, changes, events } = decide(remove(stack));
    expect([fence, changes]).toEqual([5, [change]]);
    expect(events).toMatchObject([{ type: 'stack.updated', source: 'stack', data: { stack } }]);
  });

  test.each([
    ['flow', [expect.stringMatching(/^w.sloth:1$/), 'sloth.yaml:9']],
    ['old', [expect.stringMatching(/'earlier'/)]],
    ['used', [expect.stringMatching(/./)]],
  ])('is refused where only others say it, with where: %s', (stack, where) => {
    expect(refusalOf(() => decide(remove(stack)))).toEqual({
      code: 'deps.not_by_hand',
      details: { stack: 's', dependency: stack, where },
    });
  });

  test('is refused where nobody says it', () => {
    expect(refusalOf(() => decide(remove('gone')))).toEqual({
      code: 'deps.not_declared',
      details: { stack: 's', dependency: 'gone', all: Object.keys(dependency) },
    });
    expect(refusalOf(() => decide(remove('hand', unlocked)))?.code).toBe('stack.locked');
  });
});

describe('using outputs of another stack', () => {
  const use = (
    stack: string,
    given: typeof used,
    authority = locked as typeof locked | typeof unlocked,
  ) => useOutputsCommand(stack, given, authority, livenessOf);
  const later = { lineage: 'l', outputs: { port: { serial: 4, execution: 'e2' } } };

  test.each<[string, typeof used | typeof later, DependencyEntry]>([
    ['new', used, { declarations: [], used }],
    ['hand', used, { declarations: [byHand], used }],
    [
      'usedByHand',
      later as never,
      {
        declarations: [byHand],
        used: { lineage: 'l', outputs: { ...used.outputs, ...later.outputs } },
      },
    ],
    // Another stack of the same name: what was read of the one before counts no more.
    ['used', { ...used, lineage: 'm' }, { declarations: [], used: { ...used, lineage: 'm' } }],
  ])('is kept: %s', (stack, given, entry) => {
    const command = use(stack, given as never);
    expect(command).toMatchObject({
      operation: 'deps.use',
      execution: null,
      needs: [{ kind: 'dependency', name: stack }],
    });
    expect(decide(command)).toMatchObject({ fence: 5, events: [] });
    expect(decide(command).changes).toEqual([putEntry('dependency', stack, entry)]);
  });

  test('that is known writes nothing', () => {
    const nothing = { result: undefined, changes: [], events: [] };
    expect(decide(use('used', used))).toEqual(nothing);
    expect(refusalOf(() => decide(use('used', used, unlocked)))?.code).toBe('stack.locked');
  });
});

test.each([
  ['adding', addDependencyCommand({ stack: 'new', range: '' }, 'bob', unlocked, livenessOf)],
  ['removing', removeDependencyCommand('hand', 'bob', unlocked, livenessOf)],
  ['using', useOutputsCommand('new', used, unlocked, livenessOf)],
])('%s clears a lock that had ended', (_, command) => {
  const ended = sketchLock({ process: sketchProcess('dead') });
  const { changes, events } = command.decide(sketchSituation({ lock: ended }, { dependency }));
  expect(changes[0]?.type).toBe('lock.delete');
  expect(changes).toHaveLength(2);
  expect(events[0]?.type).toBe('lock.expired');
});

describe('what a run declares', () => {
  const definition = sketchWorkflow({ dependsOn: ['flow', 'db@^2'] });
  const declared = (range: string): DependencyDeclaration => ({ ...inWorkflow, range });
  const known = new Map(Object.entries(dependency));

  function changes(
    project: readonly (readonly [string, DependencyDeclaration])[] | null,
    uses: readonly OutputUse[] = [],
    before = known,
  ): Change[] {
    const given = { project: project && new Map(project), uses };
    return dependencyChanges(before, definition, given, 'e2');
  }

  test('replaces what workflows said before, and leaves the rest where no project is at hand', () => {
    expect(changes(null)).toEqual([
      putEntry('dependency', 'both', { declarations: [byHand] }),
      putEntry('dependency', 'flow', { declarations: [inProject, declared('')] }),
      deleteEntry('dependency', 'old'),
      putEntry('dependency', 'db', { declarations: [declared('^2')] }),
    ]);
  });

  test('replaces what the project said before', () => {
    const only = new Map([['flow', { declarations: [inProject, declared('')] }]]);
    expect(changes([], [], only)[0]).toEqual(
      putEntry('dependency', 'flow', { declarations: [declared('')] }),
    );
    const project = [
      ['flow', inProject],
      ['net', inProject],
    ] as const;
    expect(changes(project, [], only)).toEqual([
      putEntry('dependency', 'flow', { declarations: [declared(''), inProject] }),
      putEntry('dependency', 'db', { declarations: [declared('^2')] }),
      putEntry('dependency', 'net', { declarations: [inProject] }),
    ]);
  });

  test('keeps what its top level read', () => {
    const use = (key: string, stack = 'cache') => ({ stack, key, lineage: 'l', serial: 6 });
    const outputs = {
      url: { serial: 6, execution: 'e2' },
      port: { serial: 6, execution: 'e2' },
    };
    const uses = [use('url'), use('other', 'net'), use('port')];
    expect(changes(null, uses, new Map()).slice(2)).toEqual([
      putEntry('dependency', 'cache', { declarations: [], used: { lineage: 'l', outputs } }),
      putEntry('dependency', 'net', {
        declarations: [],
        used: { lineage: 'l', outputs: { other: outputs.url } },
      }),
    ]);
  });

  test('that is known is not written again', () => {
    const before = new Map<string, DependencyEntry>([
      ['flow', { declarations: [declared('')] }],
      ['db', { declarations: [declared('^2')] }],
      ['used', { declarations: [], used }],
    ]);
    expect(changes(null, [], before)).toEqual([]);
  });
});

describe('the line of an up', () => {
  const self = { host: 'h', scope: 's', pid: 7, started: 'alive' };
  const place = (process: Partial<QueueEntry['process']>): QueueEntry => {
    return { request: 'c', at: 1, by: 'ann', process: { ...self, ...process } };
  };
  const queue = {
    dead: place({ started: 'dead' }),
    mine: place({}),
    u1: place({}),
    other: place({ pid: 8 }),
    elsewhere: place({ host: 'i' }),
    inside: place({ scope: 't' }),
    unseen: place({ started: 'unknown' }),
  };
  const chunk = { hash: 'c', bytes: new Uint8Array() };

  test('is joined; who is gone, and whoever was this process, goes', () => {
    const command = enqueueCommand('u1', place({}), chunk, livenessOf);
    expect(command).toMatchObject({ operation: 'up.queue', needs: [{ kind: 'queue' }] });
    expect(command.decide(sketchSituation({ lock }, { queue }))).toEqual({
      result: undefined,
      changes: [
        deleteEntry('queue', 'dead'),
        deleteEntry('queue', 'mine'),
        putEntry('queue', 'u1', place({})),
      ],
      events: [],
      chunks: [chunk],
    });
  });

  test('is left by who is in it', () => {
    const { operation, needs, decide: leave } = dequeueCommand('u1');
    expect([operation, needs]).toEqual(['up.dequeue', [{ kind: 'queue', name: 'u1' }]]);
    expect(leave(sketchSituation({}, { queue }))).toEqual({
      result: undefined,
      changes: [deleteEntry('queue', 'u1')],
      events: [],
    });
    expect(leave(sketchSituation()).changes).toEqual([]);
  });
});
