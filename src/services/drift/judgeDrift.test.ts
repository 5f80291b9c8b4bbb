import { describe, expect, test } from 'vitest';
import type { DriftEntry, DriftFinding, ResourceEntry } from '../../model/entry.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Provider } from '../../model/provider.ts';
import { sketchOptions, sketchResource } from '../../model/testing/sketchResource.ts';
import {
  type DriftAcceptance,
  type DriftFacts,
  isAccepted,
  judgeDrift,
  unappliedDrift,
  unreadableDrift,
} from './judgeDrift.ts';

const NOW = 1000;

const unused = () => {
  throw new Error('nothing is to be asked of the object');
};

const provider: Provider = {
  type: 'file',
  properties: {},
  attributes: {
    content: { kind: 'state', severity: 'high', impact: 'Other text' },
    mode: { kind: 'configuration', severity: 'low', impact: 'Other rights' },
  },
  prepare: (properties) => properties,
  identity: () => '',
  expected: unused,
  read: unused,
  apply: unused,
  delete: unused,
  suggest: (properties, attribute) => `$ fix ${String(properties.path)} ${attribute}`,
};

function facts(changed: Partial<DriftFacts> = {}): DriftFacts {
  return {
    provider,
    entry: sketchResource(),
    properties: { path: '/a' },
    expected: { content: 'one', mode: '0644', owner: 'root' },
    actual: { exists: true, attributes: { content: 'one', mode: '0644', owner: 'root' } },
    isNeeded: false,
    acceptances: new Map(),
    before: null,
    now: NOW,
    isWorkedOn: false,
    ...changed,
  };
}

function entryOf(found: Partial<DriftEntry> = {}): DriftEntry {
  const quiet = { findings: [], accepted: [], reason: '', changed: null };
  return { status: 'in_sync', checkedAt: NOW, firstSeen: null, ...quiet, ...found };
}

/** An object whose mode, owner and content are others. */
const changed = { exists: true as const, attributes: { content: 'two', mode: '0600', more: 1 } };
const gone = { exists: false as const };

const content: DriftFinding = {
  attribute: 'content',
  expected: 'one',
  actual: 'two',
  kind: 'state',
  severity: 'high',
  impact: 'Other text',
  suggestion: '$ fix /a content',
};
const mode: DriftFinding = {
  attribute: 'mode',
  expected: '0644',
  actual: '0600',
  kind: 'configuration',
  severity: 'low',
  impact: 'Other rights',
  suggestion: '$ fix /a mode',
};
/** Of an attribute that the provider says nothing about. */
const owner: DriftFinding = {
  attribute: 'owner',
  expected: 'root',
  actual: null,
  kind: 'configuration',
  severity: 'medium',
  impact: expect.any(String),
  suggestion: '$ fix /a owner',
};
const missing: DriftFinding = {
  attribute: 'exists',
  expected: true,
  actual: false,
  kind: 'resource',
  severity: 'high',
  impact: expect.any(String),
  suggestion: '$ fix /a exists',
};

const earlier = entryOf({ status: 'modified', checkedAt: 700, firstSeen: 600 });

describe('an applied object', () => {
  test.each<[string, Partial<DriftFacts>, Partial<DriftEntry>]>([
    ['as it was', {}, { status: 'in_sync' }],
    ['as it was again', { before: earlier }, { status: 'in_sync' }],
    [
      'that was changed',
      { actual: changed },
      { status: 'modified', firstSeen: NOW, findings: [content, mode, owner] },
    ],
    [
      'that is changed still',
      { actual: changed, before: earlier },
      { status: 'modified', firstSeen: 600, findings: [content, mode, owner] },
    ],
    [
      'that was in sync before',
      { actual: changed, before: entryOf({ checkedAt: 700 }) },
      { status: 'modified', firstSeen: NOW, findings: [content, mode, owner] },
    ],
    ['that is gone', { actual: gone }, { status: 'deleted', firstSeen: NOW, findings: [missing] }],
    [
      'that is gone since',
      { actual: gone, before: earlier },
      { status: 'deleted', firstSeen: 600, findings: [missing] },
    ],
    [
      'that others need and is gone',
      { actual: gone, isNeeded: true },
      {
        status: 'deleted',
        firstSeen: NOW,
        findings: [{ ...missing, kind: 'dependency', severity: 'critical' }],
      },
    ],
    ['that others need', { isNeeded: true, isWorkedOn: true }, { status: 'in_sync' }],
  ])('%s', (_, given, judged) => {
    expect(judgeDrift(facts(given))).toEqual(entryOf(judged));
  });

  test('tells apart whether others need what is gone', () => {
    const [alone] = judgeDrift(facts({ actual: gone })).findings;
    const [needed] = judgeDrift(facts({ actual: gone, isNeeded: true })).findings;
    expect(alone?.impact).toBeTruthy();
    expect(needed?.impact).toBeTruthy();
    expect(needed?.impact).not.toBe(alone?.impact);
  });

  test('is judged by what the workflow says of it', () => {
    const options = sketchOptions({
      ignore: ['owner'],
      severity: { content: 'critical', exists: 'low' },
      impact: { content: 'Shop closed', exists: 'Shop gone' },
    });
    const entry = sketchResource({ options });
    expect(judgeDrift(facts({ entry, actual: changed })).findings).toEqual([
      { ...content, severity: 'critical', impact: 'Shop closed' },
      mode,
    ]);
    for (const isNeeded of [false, true]) {
      expect(judgeDrift(facts({ entry, actual: gone, isNeeded })).findings).toMatchObject([
        { severity: 'low', impact: 'Shop gone' },
      ]);
    }
  });

  test('of what nobody says anything about, something is said', () => {
    expect(judgeDrift(facts({ actual: changed })).findings[2]?.impact).toBeTruthy();
  });
});

describe('what somebody accepted', () => {
  const accept = (actual: JsonValue, until: number | null = null): [string, DriftAcceptance][] => [
    ['mode', { until, actual }],
    ['content', { until: null, actual: 'two' }],
  ];

  test('is not drift, and still said', () => {
    const expected = { content: 'one', mode: '0644' };
    const acceptances = new Map(accept('0600'));
    expect(judgeDrift(facts({ expected, actual: changed, acceptances, before: earlier }))).toEqual(
      entryOf({ status: 'in_sync', accepted: [content, mode] }),
    );
  });

  test('does not hide anything else', () => {
    expect(judgeDrift(facts({ actual: changed, acceptances: new Map(accept('0777')) }))).toEqual(
      entryOf({
        status: 'modified',
        firstSeen: NOW,
        findings: [mode, owner],
        accepted: [content],
      }),
    );
  });

  test.each<[string, JsonValue, number | null, boolean]>([
    ['for good', '0600', null, true],
    ['until later', '0600', NOW + 1, true],
    ['until now', '0600', NOW, false],
    ['until earlier', '0600', NOW - 1, false],
    ['as another value', '0777', null, false],
    ['as no value', null, null, false],
  ])('counts or not: %s', (_, actual, until, is) => {
    expect(isAccepted(mode, new Map(accept(actual, until)), NOW)).toBe(is);
  });

  test('is that attribute, and whatever the order of its keys', () => {
    expect(isAccepted(owner, new Map(accept('0600')), NOW)).toBe(false);
    const finding = { attribute: 'mode', actual: { a: 1, b: 2 } };
    expect(isAccepted(finding, new Map(accept({ b: 2, a: 1 })), NOW)).toBe(true);
  });
});

describe('a resource whose last apply did not succeed', () => {
  const states: readonly ResourceEntry['status'][] = [
    'creating',
    'updating',
    'replacing',
    'deleting',
    'failed',
  ];
  const working = states.filter((status) => status !== 'failed');

  test.each(states)('is never in sync, however its object looks: %s', (status) => {
    for (const actual of [facts().actual, changed, gone]) {
      const entry = sketchResource({ status, reason: 'no space' });
      const judged = judgeDrift(facts({ entry, actual, before: earlier }));
      expect(judged).toMatchObject({ status: 'failed', reason: 'no space', firstSeen: 600 });
      expect(judgeDrift(facts({ entry, actual })).firstSeen).toBe(NOW);
      expect(judged.findings).toEqual(judgeDrift(facts({ actual })).findings);
      expect(judged.changed).toBeNull();
    }
  });

  test.each(working)('is being applied while somebody works on the stack: %s', (status) => {
    const entry = sketchResource({ status, reason: 'no space' });
    expect(judgeDrift(facts({ entry, isWorkedOn: true }))).toMatchObject({
      status: 'applying',
      reason: '',
    });
  });

  test('has failed, also while somebody works on the stack', () => {
    const entry = sketchResource({ status: 'failed', reason: 'no space' });
    expect(judgeDrift(facts({ entry, isWorkedOn: true }))).toMatchObject({
      status: 'failed',
      reason: 'no space',
    });
  });

  test('says why in its own way, where nothing was recorded', () => {
    const reasons = states.map(
      (status) => judgeDrift(facts({ entry: sketchResource({ status }) })).reason,
    );
    expect(new Set(reasons).size).toBe(states.length);
    for (const reason of reasons) expect(reason).toMatch(/^its [a-z ]+$/);
  });

  test('is drift since it was first seen, or since now', () => {
    const seen = entryOf({ checkedAt: 800, changed: null, findings: [mode] });
    const failed = { status: 'failed' as const, reason: 'no space' };
    expect(unappliedDrift(seen, failed, false)).toEqual({
      ...seen,
      status: 'failed',
      reason: 'no space',
      firstSeen: 800,
    });
    expect(unappliedDrift({ ...seen, firstSeen: 600 }, failed, false).firstSeen).toBe(600);
    expect(unappliedDrift(seen, { status: 'updating' }, true)).toEqual({
      ...seen,
      status: 'applying',
      reason: '',
    });
  });
});

test('an object that could not be read is never in sync', () => {
  const unreadable = entryOf({ status: 'unreadable', reason: 'no rights' });
  expect(unreadableDrift('no rights', null, NOW)).toEqual(unreadable);
  expect(unreadableDrift('no rights', earlier, NOW)).toEqual({ ...unreadable, firstSeen: 600 });
});
