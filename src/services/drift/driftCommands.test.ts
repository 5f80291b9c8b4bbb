import { describe, expect, test } from 'vitest';
import { NOW } from '../../backend/testing/sketchHead.ts';
import { sketchSituation } from '../../backend/testing/sketchSituation.ts';
import { deleteEntry, putEntry } from '../../model/change.ts';
import { type DriftEntry, type DriftFinding, selects } from '../../model/entry.ts';
import { sketchResource } from '../../model/testing/sketchResource.ts';
import { acceptDriftCommand, unacceptDriftCommand } from './acceptDriftCommand.ts';
import {
  contested,
  driftedIn,
  evolveFlips,
  MOST_FLIPS,
  noFlips,
  withFixed,
} from './evolveFlips.ts';
import { type DriftNews, driftNews, LOOK, recordDriftCommand } from './recordDriftCommand.ts';

function finding(attribute: string): DriftFinding {
  return {
    attribute,
    expected: 1,
    actual: 2,
    kind: 'state',
    severity: 'low',
    impact: '',
    suggestion: '',
  };
}

function entry(facts: Partial<DriftEntry> = {}): DriftEntry {
  const quiet = { findings: [], accepted: [], reason: '', changed: null };
  return { status: 'in_sync', checkedAt: 10, firstSeen: null, ...quiet, ...facts };
}

const mode = entry({ status: 'modified', firstSeen: 5, findings: [finding('mode')] });

describe('what is new in a report', () => {
  const news = (now: DriftEntry, known?: DriftEntry): DriftNews | undefined => {
    const before = new Map(known === undefined ? [] : [['a', known]]);
    return driftNews(new Map([['a', now]]), before).get('a');
  };

  test.each<[string, DriftEntry, DriftEntry, boolean]>([
    ['nothing, but when', entry({ checkedAt: 20 }), entry(), false],
    ['nothing, of what has drifted', { ...mode, checkedAt: 20 }, mode, false],
    ['its status', entry({ status: 'not_checked' }), entry(), true],
    [
      'its reason',
      entry({ status: 'unreadable', reason: 'x' }),
      entry({ status: 'unreadable' }),
      true,
    ],
    ['since when', { ...mode, firstSeen: 6 }, mode, true],
    ['a finding', { ...mode, findings: [finding('mode'), finding('owner')] }, mode, true],
    ['what is accepted', entry({ accepted: [finding('mode')] }), entry(), true],
    ['what is no longer accepted', entry(), entry({ accepted: [finding('mode')] }), true],
    ['who did it', { ...mode, changed: { by: 'x', at: 1, confidence: 'likely' } }, mode, true],
  ])('%s', (_, now, known, isNews) => {
    expect(news(now, known) !== undefined).toBe(isNews);
  });

  test('is all of what was never looked at', () => {
    expect(news(entry())).toEqual({ entry: entry(), resolved: false });
    expect(news(mode)).toEqual({ entry: mode, resolved: false });
  });

  test('is that it is in sync again, where it had drifted', () => {
    expect(news(entry(), mode)).toEqual({ entry: entry(), resolved: true });
    expect(news(mode, entry())?.resolved).toBe(false);
    expect(news(entry(), entry({ status: 'unreadable' }))?.resolved).toBe(false);
    expect(news(entry({ status: 'unreadable' }), mode)?.resolved).toBe(false);
  });
});

describe('recording drift', () => {
  const news = new Map([
    ['a', { entry: mode, resolved: false }],
    ['b', { entry: entry(), resolved: true }],
    ['c', { entry: entry(), resolved: false }],
    ['gone', { entry: mode, resolved: false }],
  ]);
  const resource = { a: sketchResource(), b: sketchResource(), c: sketchResource() };

  test('writes and tells what is news of resources that are still there', () => {
    const command = recordDriftCommand(news, null);
    expect(command.operation).toBe('drift.detect');
    for (const name of news.keys())
      expect(selects(command.needs ?? [], 'resource', name)).toBe(true);
    expect(selects(command.needs ?? [], 'resource', 'other')).toBe(false);
    const { changes, events, result } = command.decide(sketchSituation({}, { resource }));
    expect(result).toBeUndefined();
    expect(changes).toEqual([
      putEntry('drift', 'a', mode),
      putEntry('drift', 'b', entry()),
      putEntry('drift', 'c', entry()),
    ]);
    expect(events).toMatchObject([
      {
        type: 'drift.detected',
        source: 'drift',
        data: { address: 'a', status: 'modified', attributes: 'mode' },
      },
      { type: 'drift.fixed', source: 'drift', data: { address: 'b' } },
    ]);
  });

  test('names all attributes, and when all objects were looked at', () => {
    const two = { ...mode, findings: [finding('mode'), finding('owner')] };
    const command = recordDriftCommand(new Map([['a', { entry: two, resolved: false }]]), 77);
    const { changes, events } = command.decide(sketchSituation({}, { resource }));
    expect(changes.at(-1)).toEqual(putEntry('look', LOOK, { at: 77 }));
    expect(events[0]?.data.attributes).toBe('mode, owner');
  });
});

describe('accepting drift', () => {
  test('keeps each value as it is now, and says who, why and until when', () => {
    const actual = new Map([
      ['mode', { value: '0600' }],
      ['owner', { value: 'x' }],
    ]);
    const request = { address: 'file.a', actual, reason: 'known', by: 'ann', until: 900 };
    const command = acceptDriftCommand(request);
    expect(command.operation).toBe('drift.accept');
    const { changes, events } = command.decide(sketchSituation());
    const said = { by: 'ann', reason: 'known', at: NOW, until: 900 };
    expect(changes).toEqual([
      putEntry('acceptance', 'file.a/mode', { ...said, actual: { value: '0600' } }),
      putEntry('acceptance', 'file.a/owner', { ...said, actual: { value: 'x' } }),
    ]);
    expect(events).toMatchObject([
      {
        type: 'drift.accepted',
        source: 'drift',
        data: { address: 'file.a', attributes: ['mode', 'owner'], reason: 'known' },
      },
    ]);
  });

  const acceptance = { 'file.a/mode': {}, 'file.a/mode2': {}, 'file.ab/mode': {}, 'file.a/x': {} };

  test.each<[string | null, readonly string[]]>([
    ['mode', ['file.a/mode']],
    ['x', ['file.a/x']],
    [null, ['file.a/mode', 'file.a/mode2', 'file.a/x']],
    ['gone', []],
  ])('is taken back for %s', (attribute, names) => {
    const command = unacceptDriftCommand('file.a', attribute);
    expect(command.operation).toBe('drift.unaccept');
    for (const name of names) expect(selects(command.needs ?? [], 'acceptance', name)).toBe(true);
    expect(selects(command.needs ?? [], 'acceptance', 'file.ab/mode')).toBe(false);
    const { result, changes, events } = command.decide(sketchSituation({}, { acceptance }));
    expect(result).toBe(names.length);
    expect(changes).toEqual(names.map((name) => deleteEntry('acceptance', name)));
    expect(events).toMatchObject(
      names.length === 0
        ? []
        : [{ type: 'drift.unaccepted', source: 'drift', data: { address: 'file.a' } }],
    );
  });
});

describe('a fight about an attribute', () => {
  const report = new Map([
    ['a', { ...mode, findings: [finding('mode'), finding('owner')] }],
    ['b', entry()],
  ]);

  test('is what a report says of it, by name', () => {
    expect(driftedIn(report)).toEqual(['a.mode', 'a.owner']);
  });

  test('begins when what was put right has drifted again, so many times', () => {
    let flips = noFlips;
    for (let round = 1; round <= MOST_FLIPS; round++) {
      expect(contested(flips)).toEqual([]);
      flips = withFixed(flips, ['a.mode', 'b.mode']);
      expect(flips.fixed).toEqual(new Set(['a.mode', 'b.mode']));
      flips = evolveFlips(flips, report);
      expect([...flips.counts]).toEqual([['a.mode', round]]);
      expect([...flips.fixed]).toEqual(['b.mode']);
    }
    expect(contested(flips)).toEqual(['a.mode']);
    // Drifted still is not drifted again.
    expect(evolveFlips(flips, report).counts.get('a.mode')).toBe(MOST_FLIPS);
  });
});
