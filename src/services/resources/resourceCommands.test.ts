import { describe, expect, test } from 'vitest';
import type { Command } from '../../backend/Command.ts';
import { refusalOf } from '../../backend/testing/refusalOf.ts';
import { livenessOf, NOW, sketchLock, sketchProcess } from '../../backend/testing/sketchHead.ts';
import { sketchSituation } from '../../backend/testing/sketchSituation.ts';
import { deleteEntry, putEntry } from '../../model/change.ts';
import { type PreImageEntry, selects } from '../../model/entry.ts';
import { sketchResource } from '../../model/testing/sketchResource.ts';
import {
  type KeptPreImage,
  keepPreImageCommand,
  type MovedResource,
  moveResourcesCommand,
  preImageName,
  type ResourceWriter,
  recordAppliedCommand,
  recordDeletedCommand,
  recordFailedCommand,
  recordIntentCommand,
  recordPutBackCommand,
  recordReleasedCommand,
} from './resourceCommands.ts';

const A = 'file.a';
const lock = sketchLock({ process: sketchProcess('alive') });
const authority = { lockIds: new Set(['l1']), execution: null, fence: 5 };
const writer: ResourceWriter = { authority, probe: livenessOf };
const unlocked = {
  ...writer,
  authority: { ...authority, lockIds: new Set<string>(), fence: null },
};

const entry = sketchResource();
const image: Omit<PreImageEntry, 'serial' | 'at'> = {
  type: 'file',
  identity: '/a',
  host: 'h',
  execution: null,
  status: 'updating',
  origin: 'found',
  properties: { value: {} },
  data: { value: {} },
  content: null,
  unkept: '',
};
const kept: KeptPreImage = { entry: image, chunks: [{ hash: 'c', bytes: new Uint8Array() }] };
/** The image as it is stored by the commit 10. */
const keptEntry = putEntry('preimage', `${A}/p10`, { ...image, serial: 10, at: NOW });

const entries = {
  drift: {
    [A]: { status: 'modified', findings: [{}], accepted: [] },
    'file.b': { status: 'in_sync', findings: [], accepted: [] },
  },
  acceptance: { [`${A}/mode`]: { by: 'ann' }, 'file.ab/mode': {} },
  preimage: { [`${A}/p3`]: { ...image, serial: 3, at: 0 }, 'file.ab/p4': {} },
};

function decide<R>(command: Command<R>) {
  return command.decide(sketchSituation({ lock }, entries));
}

describe('the intent to change an object', () => {
  const creating = sketchResource({ status: 'creating' });

  test('is recorded with what the object was', () => {
    const command = recordIntentCommand(A, creating, writer, kept);
    expect(command).toMatchObject({ operation: 'resource.intent', execution: null });
    const decision = decide(command);
    expect(decision).toMatchObject({ fence: 5, chunks: kept.chunks });
    expect(decision.changes).toEqual([putEntry('resource', A, creating), keptEntry]);
    expect(decision.events).toMatchObject([
      {
        type: 'resource.intended',
        source: 'resource',
        data: { address: A, status: 'creating', preimage: 'p10' },
      },
    ]);
  });

  test('is recorded where nothing was', () => {
    const { changes, events, chunks } = decide(recordIntentCommand(A, creating, writer, null));
    expect(changes).toEqual([putEntry('resource', A, creating)]);
    expect(events[0]?.data).toEqual({ address: A, status: 'creating' });
    expect(chunks).toBeUndefined();
  });

  test('what an object was is kept by itself, too', () => {
    const command = keepPreImageCommand(A, kept, writer);
    expect(command.operation).toBe('resource.keep');
    expect(decide(command)).toMatchObject({
      changes: [keptEntry],
      events: [],
      chunks: kept.chunks,
    });
    expect(preImageName(A, 'p41')).toBe('file.a/p41');
  });
});

describe('an object that was applied', () => {
  test('is recorded, and in sync again where it had drifted', () => {
    const command = recordAppliedCommand(A, entry, 'updated', writer);
    expect(command).toMatchObject({
      operation: 'resource.apply',
      needs: [{ kind: 'drift', name: A }],
    });
    const { changes, events } = decide(command);
    expect(changes).toEqual([putEntry('resource', A, entry), deleteEntry('drift', A)]);
    expect(events).toMatchObject([
      { type: 'resource.applied', source: 'resource', data: { address: A, verb: 'updated' } },
      { type: 'drift.fixed', data: { address: A } },
    ]);
  });

  test.each(['file.b', 'file.c'])('is recorded, and nothing else where it had not: %s', (name) => {
    const { changes, events } = decide(recordAppliedCommand(name, entry, 'created', writer));
    expect(changes).toEqual([putEntry('resource', name, entry)]);
    expect(events.map(({ type }) => type)).toEqual(['resource.applied']);
  });

  test('is recorded as failed with its reason, where it failed', () => {
    const failed = sketchResource({ status: 'failed', reason: 'no space' });
    const command = recordFailedCommand(A, failed, writer);
    expect(command.operation).toBe('resource.fail');
    expect(decide(command).changes).toEqual([putEntry('resource', A, failed)]);
    expect(decide(command).events).toMatchObject([
      { type: 'resource.failed', source: 'resource', data: { address: A, reason: 'no space' } },
    ]);
    expect(decide(recordFailedCommand(A, entry, writer)).events[0]?.data.reason).toBe('');
  });
});

describe('an object that the stack no longer knows', () => {
  const forgotten = [
    deleteEntry('resource', A),
    deleteEntry('drift', A),
    deleteEntry('acceptance', `${A}/mode`),
  ];

  test.each<[string, Command<void>, string, object[]]>([
    [
      'is deleted',
      recordDeletedCommand(A, writer),
      'resource.delete',
      [{ type: 'resource.deleted', source: 'resource', data: { address: A } }],
    ],
    [
      'is let go',
      recordReleasedCommand(A, writer, null),
      'resource.release',
      [{ type: 'resource.released', source: 'resource', data: { address: A } }],
    ],
    [
      'is put back and let go',
      recordReleasedCommand(A, writer, 'p3'),
      'resource.release',
      [
        { type: 'resource.put_back', source: 'resource', data: { address: A, from: 'p3' } },
        { type: 'resource.released', data: { address: A } },
      ],
    ],
  ])('%s, with all but what it was', (_, command, operation, events) => {
    expect(command.operation).toBe(operation);
    expect(selects(command.needs ?? [], 'acceptance', `${A}/mode`)).toBe(true);
    expect(selects(command.needs ?? [], 'acceptance', 'file.ab/mode')).toBe(false);
    const decision = decide(command);
    expect(decision.changes).toEqual(forgotten);
    expect(decision.events).toMatchObject(events);
    expect(decision.events).toHaveLength(events.length);
  });

  test('leaves to its heir what has to stay', () => {
    const command = recordDeletedCommand(A, writer, { address: 'file.heir', entry });
    expect(decide(command).changes).toEqual([
      putEntry('resource', 'file.heir', entry),
      ...forgotten,
    ]);
  });
});

test('that an object was put back is told, and changes nothing', () => {
  const command = recordPutBackCommand(A, 'p3', writer);
  expect(command.operation).toBe('resource.put_back');
  expect(decide(command)).toMatchObject({
    changes: [],
    events: [{ type: 'resource.put_back', data: { address: A, from: 'p3' } }],
  });
});

describe('resources get other addresses', () => {
  const move = (
    from: string,
    to: string,
    acceptances: MovedResource['acceptances'] = new Map(),
  ) => {
    return { from, to, entry: sketchResource({ identity: from }), acceptances };
  };
  const accepted = { by: 'ann', reason: '', at: 0, until: null, actual: { value: 1 } };

  test('with all that is known of them, and the removals before the others', () => {
    const moves = [move(A, 'file.b', new Map([['mode', accepted]])), move('file.b', A)];
    const command = moveResourcesCommand(moves, writer);
    expect(command.operation).toBe('resource.move');
    for (const [kind, name, isNeeded] of [
      ['drift', A, true],
      ['acceptance', `${A}/mode`, true],
      ['preimage', `${A}/p3`, true],
      ['preimage', 'file.b/p1', true],
      ['preimage', 'file.ab/p4', false],
      ['acceptance', 'file.ab/mode', false],
    ] as const) {
      expect([name, selects(command.needs ?? [], kind, name)]).toEqual([name, isNeeded]);
    }
    const { changes, events } = decide(command);
    expect(changes).toEqual([
      deleteEntry('resource', A),
      deleteEntry('drift', A),
      deleteEntry('acceptance', `${A}/mode`),
      deleteEntry('preimage', `${A}/p3`),
      deleteEntry('resource', 'file.b'),
      deleteEntry('drift', 'file.b'),
      putEntry('resource', 'file.b', sketchResource({ identity: A })),
      putEntry('drift', 'file.b', entries.drift[A] as never),
      putEntry('acceptance', 'file.b/mode', accepted),
      putEntry('preimage', 'file.b/p3', { ...image, serial: 3, at: 0 }),
      putEntry('resource', A, sketchResource({ identity: 'file.b' })),
      putEntry('drift', A, entries.drift['file.b'] as never),
    ]);
    expect(events).toMatchObject([
      { type: 'resource.moved', source: 'resource', data: { from: A, to: 'file.b' } },
      { type: 'resource.moved', source: 'resource', data: { from: 'file.b', to: A } },
    ]);
  });

  test('with nothing else, where nothing is known', () => {
    expect(decide(moveResourcesCommand([move('file.x', 'file.y')], writer)).changes).toHaveLength(
      3,
    );
  });
});

describe('whoever may not write', () => {
  const commands: [string, Command<void>][] = [
    ['intent', recordIntentCommand(A, entry, unlocked, kept)],
    ['keep', keepPreImageCommand(A, kept, unlocked)],
    ['applied', recordAppliedCommand(A, entry, 'created', unlocked)],
    ['failed', recordFailedCommand(A, entry, unlocked)],
    ['deleted', recordDeletedCommand(A, unlocked)],
    ['released', recordReleasedCommand(A, unlocked, null)],
    ['put back', recordPutBackCommand(A, 'p3', unlocked)],
    ['moved', moveResourcesCommand([], unlocked)],
  ];

  test.each(commands)('is refused: %s', (_, command) => {
    expect(refusalOf(() => decide(command))?.code).toBe('stack.locked');
  });

  test.each(commands)('clears a lock that had ended: %s', (_, command) => {
    const ended = sketchLock({ process: sketchProcess('dead') });
    const { changes, events } = command.decide(sketchSituation({ lock: ended }, entries));
    expect(changes[0]?.type).toBe('lock.delete');
    expect(events[0]?.type).toBe('lock.expired');
  });
});
