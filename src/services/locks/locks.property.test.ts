import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DecidedStack } from './testing/DecidedStack.ts';
import { NaiveStack } from './testing/NaiveStack.ts';

const CLIENTS = 4;

/** What happens, and how often beside the others; all but `pass` is done by, or to, a client. */
const weights = {
  acquire: 4,
  wait: 3,
  'take by hand': 2,
  leave: 1,
  release: 3,
  'release by name': 2,
  force: 1,
  look: 1,
  write: 3,
  start: 5,
  renew: 3,
  finish: 4,
  suspend: 2,
  wake: 4,
  die: 1,
  pass: 4,
} as const;

type Deed = keyof typeof weights;

interface Step {
  readonly deed: Deed;
  readonly who: number;
  /** Milliseconds, for `pass`. */
  readonly time: number;
}

const deeds = (Object.keys(weights) as Deed[]).map((deed) => ({
  arbitrary: fc.constant(deed),
  weight: weights[deed],
}));

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    deed: fc.oneof(...deeds),
    who: fc.nat(CLIENTS - 1),
    time: fc.integer({ min: 1, max: 80 }),
  }),
  { maxLength: 60 },
);

/** Does one step on either stack, and tells what came of it; `null` where it tells nothing. */
function perform(
  on: NaiveStack | DecidedStack,
  { deed, who, time }: Step,
): string | boolean | null {
  switch (deed) {
    case 'pass':
      on.now += time;
      return null;
    case 'die':
      on.dead.add(who);
      return null;
    case 'suspend':
      on.suspended.add(who);
      return null;
    case 'wake':
      on.suspended.delete(who);
      return null;
    case 'acquire':
      return on.acquire(who, 'now');
    case 'wait':
      return on.acquire(who, 'wait');
    case 'take by hand':
      return on.acquire(who, 'by hand');
    case 'leave':
      on.leave(who);
      return null;
    case 'release':
      return on.release(who, 'shown');
    case 'release by name':
      return on.release(who, 'named');
    case 'force':
      return on.force();
    case 'look':
      on.settle('reader');
      return null;
    case 'write':
      return on.write(who);
    case 'start':
      return on.start(who);
    case 'renew':
      return on.renew(who);
    case 'finish':
      return on.finish(who);
  }
}

/** Whether a step can happen: the dead and the suspended do nothing, and nobody runs twice at once. */
function isPossible(naive: NaiveStack, { deed, who }: Step): boolean {
  if (deed === 'pass' || deed === 'suspend' || deed === 'wake' || deed === 'die') return true;
  if (naive.dead.has(who) || naive.suspended.has(who)) return false;
  if (deed === 'start') return !naive.isRunning(who);
  return naive.isRunning(who) || (deed !== 'renew' && deed !== 'finish');
}

function seen({ lock, line, runs }: NaiveStack): object {
  return {
    lock: lock && { who: lock.who, until: lock.until, byHand: lock.byHand },
    line: line.map(({ who, until }) => ({ who, until })),
    runs: runs.map(({ who, until }) => ({ who, until })),
  };
}

function folded({ head: { lock, waiters, open } }: DecidedStack): object {
  const whoOf = (name: string): number => Number(name.slice(1));
  return {
    lock: lock && {
      who: whoOf(lock.lockedBy),
      until: lock.expiresAt,
      byHand: lock.process === null,
    },
    line: waiters.map(({ by, expiresAt }) => ({ who: whoOf(by), until: expiresAt })),
    runs: open.map(({ by, expiresAt }) => ({ who: whoOf(by), until: expiresAt })),
  };
}

test('locks and executions do what a naive model does, and a token is good for one holder only', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const naive = new NaiveStack();
      const real = new DecidedStack();
      let newest = 0;
      let held = 0;
      for (const step of sequence) {
        if (!isPossible(naive, step)) continue;
        expect([step, perform(real, step)]).toEqual([step, perform(naive, step)]);
        expect([step, folded(real)]).toEqual([step, seen(naive)]);
        expect(real.ableByToken().length).toBeLessThanOrEqual(1);
        const fence = real.head.lock?.fence ?? held;
        if (fence !== held) expect(fence).toBeGreaterThan(newest);
        held = fence;
        newest = Math.max(newest, fence);
      }
    }),
    { numRuns: 300 },
  );
});
