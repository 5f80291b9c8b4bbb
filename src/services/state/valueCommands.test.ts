import { describe, expect, test } from 'vitest';
import type { Command } from '../../backend/Command.ts';
import type { WriteAuthority } from '../../backend/guardWrite.ts';
import { refusalOf } from '../../backend/testing/refusalOf.ts';
import { livenessOf, sketchLock, sketchProcess } from '../../backend/testing/sketchHead.ts';
import { sketchSituation } from '../../backend/testing/sketchSituation.ts';
import { deleteEntry, putEntry } from '../../model/change.ts';
import type { StoredValue } from '../../model/entry.ts';
import type { JsonValue } from '../../model/json.ts';
import { assertKey } from './assertKey.ts';
import {
  compareSwapCommand,
  deleteValueCommand,
  incrementCommand,
  setValueCommand,
  type ValueContext,
} from './valueCommands.ts';

const lock = sketchLock({ process: sketchProcess('alive') });
const authority: WriteAuthority = { lockIds: new Set(['l1']), execution: null, fence: 5 };
const context: ValueContext = { authority, probe: livenessOf };
const sealed: StoredValue = { sealed: 'v1.secret', sensitive: true };

const entries = {
  value: {
    n: { value: 3 },
    text: { value: 'a' },
    none: { value: null },
    list: { value: [1] },
    table: { value: { a: 1, b: 2 } },
    secret: sealed,
  },
  output: { n: { value: 9 } },
};

function decide<R>(command: Command<R>) {
  return command.decide(sketchSituation({ lock }, entries));
}

describe.each(['value', 'output'] as const)('a %s', (kind) => {
  const what = kind === 'value' ? 'state' : 'output';
  const told = [{ type: 'stack.updated', source: 'state', data: { kind, key: 'n' } }];

  test('is set, under the lock', () => {
    const command = setValueCommand(kind, 'n', { value: 4 }, context);
    expect(command).toMatchObject({
      operation: `${what}.set`,
      execution: null,
      needs: [{ kind, name: 'n' }],
    });
    const { events, ...decision } = decide(command);
    expect(decision).toEqual({
      result: undefined,
      fence: 5,
      changes: [putEntry(kind, 'n', { value: 4 })],
    });
    expect(events).toMatchObject(told);
    expect(decide(setValueCommand(kind, 'new', { value: 4 }, context)).changes).toHaveLength(1);
  });

  test('is deleted, where it is there', () => {
    const command = deleteValueCommand(kind, 'n', context);
    expect(command).toMatchObject({ operation: `${what}.delete`, needs: [{ kind, name: 'n' }] });
    const { events, ...decision } = decide(command);
    expect(decision).toEqual({ result: true, fence: 5, changes: [deleteEntry(kind, 'n')] });
    expect(events).toMatchObject(told);
    const set = decide(setValueCommand(kind, 'n', { value: 4 }, context)).events[0];
    expect(events[0]?.message).not.toBe(set?.message);
    const absent = deleteValueCommand(kind, 'absent', context);
    expect(decide(absent)).toEqual({ result: false, changes: [], events: [] });
  });
});

test.each<[string, StoredValue]>([
  ['n', { value: 3 }],
  ['table', { value: { b: 2, a: 1 } }],
  ['secret', { sensitive: true, sealed: 'v1.secret' }],
])('the same value again writes nothing: %s', (key, stored) => {
  const same = { result: undefined, changes: [], events: [] };
  expect(decide(setValueCommand('value', key, stored, context))).toEqual(same);
});

describe('incrementing', () => {
  test.each([
    ['n', 2, 5],
    ['n', -4, -1],
    ['n', 0, 3],
    ['missing', 2, 2],
  ])('%s by %i gives %i', (key, by, sum) => {
    const command = incrementCommand(key, by, context);
    expect(command.operation).toBe('state.increment');
    expect(decide(command)).toMatchObject({
      result: sum,
      changes: [putEntry('value', key, { value: sum })],
    });
  });

  test.each([
    ['text', 'string'],
    ['none', 'null'],
    ['list', 'list'],
    ['table', 'object'],
    ['secret', 'object'],
  ])('%s is refused: it is a %s', (key, type) => {
    expect(refusalOf(() => decide(incrementCommand(key, 1, context)))).toEqual({
      code: 'state.not_a_number',
      details: { key, type },
    });
  });
});

describe('comparing and swapping', () => {
  const open = (stored: StoredValue): JsonValue =>
    stored.sensitive === true ? 'opened' : stored.value;

  test.each<[string, JsonValue | undefined, boolean]>([
    ['n', 3, true],
    ['n', 4, false],
    ['n', '3', false],
    ['n', undefined, false],
    ['table', { b: 2, a: 1 }, true],
    ['none', null, true],
    ['none', undefined, false],
    ['missing', undefined, true],
    ['missing', null, false],
    ['secret', 'opened', true],
  ])('%s, expected to be %j: %s', (key, expected, matches) => {
    const next = { value: 'next' };
    const command = compareSwapCommand(key, { expected, next, open }, context);
    expect(command.operation).toBe('state.compare_swap');
    expect(decide(command)).toMatchObject({
      result: matches,
      changes: matches ? [putEntry('value', key, next)] : [],
    });
  });
});

describe('whoever may not write', () => {
  const without = {
    ...context,
    authority: { ...authority, lockIds: new Set<string>(), fence: null },
  };
  const swap = { expected: 3, next: sealed, open: () => 0 };

  test.each<[string, Command<unknown>]>([
    ['set', setValueCommand('value', 'n', { value: 3 }, without)],
    ['delete', deleteValueCommand('output', 'n', without)],
    ['increment', incrementCommand('n', 1, without)],
    ['compare and swap', compareSwapCommand('n', swap, without)],
  ])('is refused: %s', (_, command) => {
    expect(refusalOf(() => decide(command))?.code).toBe('stack.locked');
  });

  test('clears a lock that had ended', () => {
    const ended = sketchLock({ process: sketchProcess('dead') });
    const situation = sketchSituation({ lock: ended }, entries);
    const { changes, events } = incrementCommand('n', 1, without).decide(situation);
    expect(changes.map(({ type }) => type)).toEqual(['lock.delete', 'entry.put']);
    expect(events.map(({ type }) => type)).toEqual(['lock.expired', 'stack.updated']);
  });
});

describe('a key', () => {
  test.each(['a', 'a/b.c d', 'ü', 'x'.repeat(512)])('may be %j', (key) => {
    expect(refusalOf(() => assertKey(key))).toBeUndefined();
  });

  test.each(['', 'x'.repeat(513), 'a\nb', '\u0000', 'a\u007f'])('may not be %j', (key) => {
    const refusal = refusalOf(() => assertKey(key));
    expect(refusal?.code).toBe('state.bad_key');
    expect(refusal?.details).toMatchObject({ reason: expect.stringMatching(/./) });
    const writing: (() => unknown)[] = [
      () => setValueCommand('value', key, sealed, context),
      () => incrementCommand(key, 1, context),
      () => compareSwapCommand(key, { expected: 1, next: sealed, open: () => 1 }, context),
    ];
    for (const each of writing) expect(refusalOf(each)?.code).toBe('state.bad_key');
  });

  test('that is far too long is not repeated whole', () => {
    const refusal = refusalOf(() => assertKey('x'.repeat(5000)));
    expect(refusal?.details).toEqual({
      key: `${'x'.repeat(32)}…`,
      reason: expect.stringMatching(/\b5000\b/),
    });
  });
});
