import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../backend/testing/refusalOf.ts';
import { livenessOf, NOW, sketchLock, sketchProcess } from '../../backend/testing/sketchHead.ts';
import { sketchSituation } from '../../backend/testing/sketchSituation.ts';
import { deleteEntry, putEntry } from '../../model/change.ts';
import type { CutEntry, PreImageEntry } from '../../model/entry.ts';
import { sketchSnapshot } from '../../model/testing/sketchSnapshot.ts';
import { CUT, compactCommand } from './compactCommand.ts';
import { contentKinds } from './contentChanges.ts';
import {
  CHECKPOINT,
  checkpointCommand,
  createSnapshotCommand,
  importSnapshotCommand,
  type PreparedContent,
} from './createSnapshotCommand.ts';
import { deleteSnapshotsCommand, relabelSnapshotCommand } from './labelCommands.ts';
import { restoreCommand } from './restoreCommand.ts';

const chunks = [{ hash: 'c', bytes: new Uint8Array() }];
const lock = sketchLock({ process: sketchProcess('alive') });
const ended = sketchLock({ process: sketchProcess('dead') });
const locked = { lockIds: new Set(['l1']), execution: 'e1', fence: 5 };
const unlocked = { lockIds: new Set<string>(), execution: null, fence: null };
const open = [{ id: 'e1', by: 'ann', startedAt: 0, process: sketchProcess('alive'), expiresAt: 0 }];

const request = { creator: 'ann', description: 'before', tags: ['mine'], execution: 'e1' };
const stored = { chunk: 'x', size: 3, resources: 1, tasks: 2 };
const prepared: PreparedContent = {
  serial: 8,
  status: 'failed',
  content: stored,
  weight: { base: 40, deltas: 2 },
  from: '',
  chunks,
};
const checkpoint = { serial: 8, chunk: 'x', base: 40, deltas: 2 };
const older = { [CHECKPOINT]: { serial: 7, chunk: 'w', base: 1, deltas: 1 } };

describe('a snapshot', () => {
  const snapshot = {
    number: 12,
    serial: 8,
    content: stored,
    protected: false,
    creator: 'ann',
    description: 'before',
    tags: ['mine'],
    createdAt: NOW,
    execution: 'e1',
    status: 'failed',
  };

  test('labels a content as the next version, and needs no lock', () => {
    const command = createSnapshotCommand(request, prepared);
    expect(command).toMatchObject({
      operation: 'snapshot.create',
      needs: [{ kind: 'checkpoint', name: CHECKPOINT }],
    });
    const decision = command.decide(sketchSituation({ nextSnapshot: 12, lock }));
    expect(decision).toMatchObject({
      result: { version: 'v12', snapshot },
      fence: null,
      chunks,
      events: [
        { type: 'snapshot.created', source: 'snapshot', data: { version: 'v12', serial: 8 } },
      ],
    });
    expect(decision.changes).toEqual([
      putEntry('snapshot', 'v12', snapshot),
      putEntry('checkpoint', CHECKPOINT, checkpoint),
    ]);
  });

  test('of a run carries its token, and is refused without its lock', () => {
    const under = { authority: locked, probe: livenessOf };
    const { decide } = createSnapshotCommand(request, prepared, under);
    expect(decide(sketchSituation({ lock, open })).fence).toBe(5);
    expect(refusalOf(() => decide(sketchSituation({ open })))?.code).toBe('lock.lost');
    const other = createSnapshotCommand(request, prepared, { ...under, authority: unlocked });
    const { changes, events } = other.decide(sketchSituation({ lock: ended }));
    expect(changes.map(({ type }) => type)).toEqual(['lock.delete', 'entry.put', 'entry.put']);
    expect(events.map(({ type }) => type)).toEqual(['lock.expired', 'snapshot.created']);
  });

  test('of what is the checkpoint already writes no other one', () => {
    const same = { ...prepared, from: 'x' };
    const situation = sketchSituation({}, { checkpoint: { [CHECKPOINT]: checkpoint } });
    expect(createSnapshotCommand(request, same).decide(situation).changes).toHaveLength(1);
    expect(checkpointCommand(same).decide(situation).changes).toEqual([]);
  });

  test.each([
    ['there is one now', '', older],
    ['there is none any more', 'w', {}],
    ['it is another', 'v', older],
  ])('is prepared again where the checkpoint it builds on is gone: %s', (_, from, known) => {
    const situation = sketchSituation({}, { checkpoint: known });
    const nothing = { result: null, changes: [], events: [] };
    expect(createSnapshotCommand(request, { ...prepared, from }).decide(situation)).toEqual(
      nothing,
    );
    expect(checkpointCommand({ ...prepared, from }).decide(situation).changes).toEqual([]);
  });

  test('builds on the checkpoint that there is', () => {
    const situation = sketchSituation({}, { checkpoint: older });
    const on = { ...prepared, from: 'w' };
    expect(createSnapshotCommand(request, on).decide(situation).result?.version).toBe('v1');
    const command = checkpointCommand(on);
    expect(command).toMatchObject({
      operation: 'checkpoint',
      needs: [{ kind: 'checkpoint', name: CHECKPOINT }],
    });
    expect(command.decide(situation)).toEqual({
      result: undefined,
      changes: [putEntry('checkpoint', CHECKPOINT, checkpoint)],
      events: [],
      chunks,
    });
  });

  test('from elsewhere is of no serial of this log', () => {
    const command = importSnapshotCommand({ ...request, createdAt: 77 }, stored, chunks);
    expect(command.operation).toBe('snapshot.import');
    const imported = { ...snapshot, serial: 0, createdAt: 77, status: 'imported' };
    const decision = command.decide(sketchSituation({ nextSnapshot: 12 }));
    expect(decision).toMatchObject({
      result: { version: 'v12', snapshot: imported },
      chunks,
      events: [
        { type: 'snapshot.created', source: 'snapshot', data: { version: 'v12', serial: 0 } },
      ],
    });
    expect(decision.changes).toEqual([putEntry('snapshot', 'v12', imported)]);
  });
});

describe('a label', () => {
  const entries = { snapshot: { v1: sketchSnapshot() } };

  test('is changed, and nothing of the content', () => {
    const command = relabelSnapshotCommand('v1', (each) => ({ ...each, protected: true }), 'kept');
    expect(command).toMatchObject({
      operation: 'snapshot.label',
      needs: [{ kind: 'snapshot', name: 'v1' }],
    });
    const { result, changes, events } = command.decide(sketchSituation({}, entries));
    expect(result).toEqual(sketchSnapshot({ protected: true }));
    expect(changes).toEqual([putEntry('snapshot', 'v1', result)]);
    expect(events).toMatchObject([
      { type: 'snapshot.labelled', source: 'snapshot', data: { version: 'v1' } },
    ]);
    expect(events[0]?.message).toMatch(/kept$/);
  });

  test('of a snapshot that is not there is refused', () => {
    const { decide } = relabelSnapshotCommand('v2', (each) => each, '');
    expect(refusalOf(() => decide(sketchSituation({}, entries)))).toEqual({
      code: 'snapshot.not_found',
      details: { stack: 's', version: 'v2', latest: '', near: [] },
    });
  });
});

describe('deleting snapshots', () => {
  const snapshot = {
    v1: sketchSnapshot({ serial: 10 }),
    v2: sketchSnapshot({ serial: 20 }),
    v3: sketchSnapshot({ serial: 30 }),
    imported: sketchSnapshot({ serial: 0 }),
    kept: sketchSnapshot({ serial: 40, protected: true }),
  };
  const serials = [5, 10, 11, 20, 21, 30, 31, 40, 41];
  const preimage = Object.fromEntries(
    serials.map((serial) => [`p${serial}`, { serial } as PreImageEntry]),
  );

  function remove(versions: readonly string[], known: object = snapshot) {
    const entries = { snapshot: known as typeof snapshot, preimage };
    return deleteSnapshotsCommand(versions, ' by ann').decide(sketchSituation({}, entries));
  }

  test('tells of each, and of those that were there', () => {
    expect(deleteSnapshotsCommand([], '')).toMatchObject({
      operation: 'snapshot.delete',
      needs: [{ kind: 'snapshot' }, { kind: 'preimage' }],
    });
    const { result, changes, events } = remove(['v2', 'gone', 'v3']);
    expect(result).toBe(2);
    expect(changes).toEqual([deleteEntry('snapshot', 'v2'), deleteEntry('snapshot', 'v3')]);
    expect(events).toMatchObject([
      { type: 'snapshot.deleted', source: 'snapshot', data: { version: 'v2' } },
      { type: 'snapshot.deleted', data: { version: 'v3' } },
    ]);
    expect(events[0]?.message).toMatch(/ by ann$/);
  });

  /** What an object was is of use to all older snapshots: it goes with the last of those. */
  test.each<[readonly string[], readonly string[]]>([
    [['v2'], []],
    [['imported'], []],
    [['v1'], ['p11', 'p20']],
    [
      ['v1', 'v3'],
      ['p11', 'p20'],
    ],
    [
      ['v1', 'v2'],
      ['p11', 'p20', 'p21', 'p30'],
    ],
    [
      ['v1', 'v2', 'v3', 'imported'],
      ['p11', 'p20', 'p21', 'p30', 'p31', 'p40'],
    ],
  ])('%j takes images along: %j', (versions, images) => {
    const gone = remove(versions).changes.filter(
      (each) => 'kind' in each && each.kind === 'preimage',
    );
    expect(gone).toEqual(images.map((name) => deleteEntry('preimage', name)));
  });

  test('all of them takes all images along that belonged to one', () => {
    const { v1, v2 } = snapshot;
    const { changes } = remove(['v1', 'v2'], { v1, v2 });
    expect(changes).toHaveLength(2 + serials.length - 2);
    expect(remove(['imported'], { imported: snapshot.imported }).changes).toHaveLength(1);
  });

  test('is refused as a whole where one is protected', () => {
    expect(refusalOf(() => remove(['v1', 'kept']))).toEqual({
      code: 'snapshot.protected',
      details: { stack: 's', version: 'kept' },
    });
  });
});

describe('a restore', () => {
  const version = (name: string) => ({ current: { name: 'w', version: name } });
  const then = sketchSituation({}, { value: { a: { value: 1 } }, workflow: version('1') }).content;

  function restore(now: Parameters<typeof sketchSituation>[1], to = then) {
    const command = restoreCommand('v3', to, 'ann', locked, livenessOf);
    return command.decide(sketchSituation({ lock, open }, now));
  }

  test('sets the older content again, in a commit of its own', () => {
    const command = restoreCommand('v3', then, 'ann', locked, livenessOf);
    expect(command).toMatchObject({ operation: 'snapshot.restore', execution: 'e1' });
    expect(command.needs).toEqual(contentKinds.map((kind) => ({ kind })));
    const value = { a: { value: 2 }, b: { value: 3 } };
    const { result, fence, changes, events } = restore({ value, workflow: version('2') });
    expect([result, fence]).toEqual([3, 5]);
    expect(changes).toEqual([
      putEntry('value', 'a', { value: 1 }),
      deleteEntry('value', 'b'),
      putEntry('workflow', 'current', { name: 'w', version: '1' }),
      { type: 'stack.put', version: '1' },
    ]);
    expect(events).toMatchObject([
      { type: 'snapshot.restored', source: 'snapshot', data: { version: 'v3', changed: 3 } },
    ]);
  });

  test('of the same content changes nothing, and is told', () => {
    const { result, changes, events } = restore({
      value: { a: { value: 1 } },
      workflow: version('1'),
    });
    expect([result, changes, events.length]).toEqual([0, [], 1]);
  });

  test('to before the first run takes the version away', () => {
    const before = sketchSituation({}, { value: { a: { value: 1 } } }).content;
    const changes = restore({ value: { a: { value: 1 } }, workflow: version('1') }, before).changes;
    expect(changes).toContainEqual({ type: 'stack.put', version: '' });
    expect(restore({ value: { a: { value: 1 } } }, before).changes).toEqual([]);
  });

  test('is refused without the lock, and clears one that had ended', () => {
    const other = restoreCommand('v3', then, 'ann', unlocked, livenessOf);
    expect(refusalOf(() => other.decide(sketchSituation({ lock })))?.code).toBe('stack.locked');
    const { changes, events } = other.decide(sketchSituation({ lock: ended }));
    expect(changes[0]?.type).toBe('lock.delete');
    expect(events[0]?.type).toBe('lock.expired');
  });
});

describe('a log is cut', () => {
  const cut: CutEntry = { serial: 7, hash: 'h7', at: 1, content: 'c', state: 'd' };
  const { operation, needs, decide } = compactCommand(cut, chunks);

  test.each([
    ['never before', {}, true],
    ['further back before', { [CUT]: { ...cut, serial: 6 } }, true],
    ['there before', { [CUT]: cut }, false],
    ['later before', { [CUT]: { ...cut, serial: 8 } }, false],
  ])('%s: %s', (_, known, isCut) => {
    const decision = decide(sketchSituation({}, { cut: known }));
    expect([operation, needs]).toEqual(['log.compact', [{ kind: 'cut', name: CUT }]]);
    if (!isCut) {
      expect(decision).toEqual({ result: false, changes: [], events: [] });
      return;
    }
    expect(decision).toMatchObject({
      result: true,
      changes: [putEntry('cut', CUT, cut)],
      chunks,
      events: [{ type: 'log.compacted', source: 'log', data: { serial: 7, hash: 'h7' } }],
    });
  });
});
