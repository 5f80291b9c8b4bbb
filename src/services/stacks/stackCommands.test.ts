import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../backend/testing/refusalOf.ts';
import {
  livenessOf,
  NOW,
  sketchLock,
  sketchOpen,
  sketchProcess,
} from '../../backend/testing/sketchHead.ts';
import { sketchSituation } from '../../backend/testing/sketchSituation.ts';
import { sketchResource } from '../../model/testing/sketchResource.ts';
import { assertStackName } from './assertStackName.ts';
import { deleteStackCommand, renameCommand } from './stackCommands.ts';

const lock = sketchLock({ process: sketchProcess('alive') });
const ended = sketchLock({ process: sketchProcess('dead') });
const locked = { lockIds: new Set(['l1']), execution: null, fence: 5 };
const unlocked = { lockIds: new Set<string>(), execution: null, fence: null };
const open = [sketchOpen({ id: 'e4' })];
const busy = {
  code: 'stack.busy',
  details: { stack: 's', by: 'ann', since: NOW - 400, execution: 'e4' },
};

describe('renaming', () => {
  const rename = (to: string, authority = unlocked) => renameCommand(to, authority, livenessOf);

  test('gives another name, under the lock', () => {
    const { events, ...decision } = rename('t', locked as never).decide(sketchSituation({ lock }));
    expect(rename('t').operation).toBe('stack.rename');
    expect(decision).toEqual({
      result: undefined,
      fence: 5,
      changes: [{ type: 'stack.put', name: 't' }],
    });
    expect(events).toMatchObject([
      { type: 'stack.renamed', source: 'stack', data: { from: 's', to: 't' } },
    ]);
  });

  test('to its own name is nothing', () => {
    const nothing = { result: undefined, changes: [], events: [] };
    expect(rename('s').decide(sketchSituation())).toEqual(nothing);
  });

  test('is refused beside a lock, while something runs, and to what is no name', () => {
    expect(refusalOf(() => rename('t').decide(sketchSituation({ lock })))?.code).toBe(
      'stack.locked',
    );
    expect(refusalOf(() => rename('t').decide(sketchSituation({ open })))).toEqual(busy);
    expect(refusalOf(() => rename('s').decide(sketchSituation({ open })))).toEqual(busy);
    expect(refusalOf(() => rename('no name'))?.code).toBe('stack.bad_name');
  });

  test('clears a lock that had ended', () => {
    const { changes, events } = rename('t').decide(sketchSituation({ lock: ended }));
    expect(changes.map(({ type }) => type)).toEqual(['lock.delete', 'stack.put']);
    expect(events.map(({ type }) => type)).toEqual(['lock.expired', 'stack.renamed']);
  });
});

describe('deleting', () => {
  const wish = { dependents: [] as string[], keepObjects: false };
  const remove = (facts: Partial<typeof wish> = {}, authority = unlocked) =>
    deleteStackCommand({ ...wish, ...facts }, authority, livenessOf);
  const objects = {
    resource: {
      a: sketchResource(),
      b: sketchResource({ origin: 'found' }),
      c: sketchResource({ absent: true }),
    },
  };

  test('leaves a tombstone', () => {
    expect(remove()).toMatchObject({ operation: 'stack.delete', needs: [{ kind: 'resource' }] });
    const { events, ...decision } = remove().decide(sketchSituation());
    expect(decision).toEqual({ result: undefined, changes: [{ type: 'stack.delete' }] });
    expect(events).toMatchObject([
      { type: 'stack.destroyed', source: 'stack', data: { name: 's' } },
    ]);
  });

  test('is refused while anybody holds the lock, the caller included', () => {
    const mine = { ...unlocked, lockIds: new Set(['l1']) };
    for (const authority of [unlocked, mine]) {
      const decide = () => remove({}, authority).decide(sketchSituation({ lock }));
      expect(refusalOf(decide)?.code).toBe('stack.locked');
    }
    const { changes, events } = remove().decide(sketchSituation({ lock: ended }));
    expect(changes.map(({ type }) => type)).toEqual(['lock.delete', 'stack.delete']);
    expect(events.map(({ type }) => type)).toEqual(['lock.expired', 'stack.destroyed']);
  });

  test('is refused while something runs', () => {
    expect(refusalOf(() => remove().decide(sketchSituation({ open })))).toEqual(busy);
  });

  test('is refused while others depend on it', () => {
    const dependents = ['t', 'u'];
    expect(refusalOf(() => remove({ dependents }).decide(sketchSituation()))).toEqual({
      code: 'stack.depended_on',
      details: { stack: 's', dependents },
    });
  });

  test('is refused while it looks after objects, unless they are to stay', () => {
    expect(refusalOf(() => remove().decide(sketchSituation({}, objects)))).toEqual({
      code: 'stack.has_objects',
      details: { stack: 's', count: 2 },
    });
    const keep = remove({ keepObjects: true }).decide(sketchSituation({}, objects));
    expect(keep.changes).toEqual([{ type: 'stack.delete' }]);
    const none = { resource: { c: objects.resource.c } };
    expect(remove().decide(sketchSituation({}, none)).changes).toHaveLength(1);
  });
});

describe('the name of a stack', () => {
  test.each(['s', '7', 'a.b-c_D', 'All', 'all-of-it', 'x'.repeat(128)])('may be %j', (name) => {
    expect(refusalOf(() => assertStackName(name))).toBeUndefined();
  });

  test.each(['', 'x'.repeat(129), '.a', '-a', '_a', 'a b', 'a/b', 'ä', 'a\n', 'all'])(
    'may not be %j',
    (stack) => {
      expect(refusalOf(() => assertStackName(stack))).toEqual({
        code: 'stack.bad_name',
        details: { stack, reason: expect.stringMatching(/./) },
      });
    },
  );

  test('is refused each time for a reason of its own', () => {
    const reasons = ['', 'x'.repeat(129), 'a b', 'all'].map((name) => {
      const { details } = refusalOf(() => assertStackName(name)) ?? { details: {} };
      return 'reason' in details ? details.reason : '';
    });
    expect(new Set(reasons).size).toBe(4);
  });
});
