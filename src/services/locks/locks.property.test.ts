import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Situation } from '../../backend/Command.ts';
import { guardWrite } from '../../backend/guardWrite.ts';
import { hasCode, isSlothError } from '../../errors/SlothError.ts';
import type { Change } from '../../model/change.ts';
import { emptyContent } from '../../model/content.ts';
import { evolveHead } from '../../model/evolveHead.ts';
import { emptyHead, type Head } from '../../model/head.ts';
import type { ProbeLiveness, ProcessIdentity } from '../../model/processIdentity.ts';
import { nextCommit } from '../../testing/commitFactory.ts';
import { decideAcquire } from './decideAcquire.ts';
import { decideLeaveQueue } from './decideLeaveQueue.ts';
import { decideRelease } from './decideRelease.ts';

const CLIENTS = 4;
/** Of another host: nobody here can see whether it lives. */
const REMOTE = 3;
const TTL = 100;

type Step =
  | {
      readonly do: 'acquire' | 'wait' | 'release' | 'leave' | 'die' | 'suspend' | 'wake' | 'write';
      readonly who: number;
    }
  | { readonly do: 'pass'; readonly time: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constantFrom('acquire', 'wait', 'release', 'leave', 'die', 'suspend', 'wake', 'write'),
      who: fc.nat(CLIENTS - 1),
    }),
    fc.record({ do: fc.constant('pass' as const), time: fc.integer({ min: 1, max: 80 }) }),
  ),
  { maxLength: 60 },
);

/** The plainest possible lock: a holder, a line, a clock. */
class NaiveLock {
  now = 0;
  holder: { who: number; until: number } | null = null;
  line: { who: number; until: number }[] = [];
  readonly dead = new Set<number>();
  readonly suspended = new Set<number>();

  /** What is seen alive stays; what can't be seen, or does nothing, stays for its time. */
  holds({ who, until }: { who: number; until: number }): boolean {
    const isSeenAlive = who !== REMOTE && !this.suspended.has(who);
    return !this.dead.has(who) && (isSeenAlive || this.now < until);
  }

  settle(): void {
    if (this.holder && !this.holds(this.holder)) this.holder = null;
    this.line = this.line.filter((each) => this.holds(each));
  }

  acquire(who: number, wait: boolean): 'acquired' | 'queued' | 'refused' {
    this.settle();
    if (this.holder?.who === who) {
      this.holder.until = Math.max(this.holder.until, this.now + TTL);
      return 'acquired';
    }
    const place = this.line.findIndex((each) => each.who === who);
    const ahead = place === -1 ? this.line.length : place;
    if (this.holder === null && ahead === 0) {
      this.line = this.line.filter((each) => each.who !== who);
      this.holder = { who, until: this.now + TTL };
      return 'acquired';
    }
    if (!wait) return 'refused';
    const mine = this.line[place];
    if (mine === undefined) this.line.push({ who, until: this.now + TTL });
    else if (mine.until - this.now <= TTL / 2) mine.until = this.now + TTL;
    return 'queued';
  }
}

/** The real decisions over a folded head. */
class DecidedLock {
  now = 0;
  head: Head = { ...emptyHead('l'), name: 's' };
  readonly dead = new Set<string>();
  readonly fences = new Map<number, number>();

  readonly suspended = new Set<string>();

  readonly probe: ProbeLiveness = ({ started, host }) => {
    if (this.dead.has(started)) return 'dead';
    if (host !== 'h') return 'unknown';
    return this.suspended.has(started) ? 'suspended' : 'alive';
  };

  identity(who: number): ProcessIdentity {
    return { host: who === REMOTE ? 'other' : 'h', scope: 's', pid: who, started: `${who}` };
  }

  situation(): Situation {
    const { head, now } = this;
    return { head, content: emptyContent(), now, serial: head.serial + 1 };
  }

  append(changes: readonly Change[]): void {
    this.head = evolveHead(this.head, nextCommit('l', this.head, { changes, at: this.now }));
  }

  acquire(who: number, wait: boolean): 'acquired' | 'queued' | 'refused' {
    const process = this.identity(who);
    const request = {
      id: `k${who}`,
      lockedBy: `c${who}`,
      operation: '',
      reason: '',
      ttl: TTL,
      process,
      queue: wait ? { process, ttl: TTL } : null,
    };
    try {
      const decision = decideAcquire(this.situation(), request, this.probe);
      this.append(decision.changes);
      if (decision.result.status === 'acquired') this.fences.set(who, decision.result.lock.fence);
      return decision.result.status;
    } catch (error) {
      if (isSlothError(error)) return 'refused';
      throw error;
    }
  }
}

function writes(real: DecidedLock, who: number): boolean {
  const fence = real.fences.get(who) ?? null;
  const authority = { lockIds: new Set([`k${who}`]), execution: null, fence };
  try {
    guardWrite(real.head, authority, real.now, real.probe);
    return true;
  } catch (error) {
    if (hasCode(error, 'lock.lost') || hasCode(error, 'stack.locked')) return false;
    throw error;
  }
}

describe('locks against a naive model', () => {
  test('agree on who acquires, who queues and who is refused, whatever happens in between', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const naive = new NaiveLock();
        const real = new DecidedLock();
        for (const step of sequence) {
          if (step.do === 'pass') {
            naive.now += step.time;
            real.now += step.time;
            continue;
          }
          const { who } = step;
          if (naive.dead.has(who)) continue;
          if (step.do === 'die') {
            naive.dead.add(who);
            real.dead.add(`${who}`);
          }
          if (step.do === 'suspend') {
            naive.suspended.add(who);
            real.suspended.add(`${who}`);
          }
          if (step.do === 'wake') {
            naive.suspended.delete(who);
            real.suspended.delete(`${who}`);
          }
          if (step.do === 'acquire' || step.do === 'wait') {
            const wait = step.do === 'wait';
            expect(real.acquire(who, wait)).toBe(naive.acquire(who, wait));
          }
          if (step.do === 'leave') {
            naive.line = naive.line.filter((each) => each.who !== who);
            real.append(decideLeaveQueue(real.situation(), `k${who}`).changes);
          }
          if (step.do === 'release') {
            naive.settle();
            const mine = naive.holder?.who === who;
            const request = { identity: `c${who}`, named: true, lockIds: new Set([`k${who}`]) };
            const release = () => decideRelease(real.situation(), request, real.probe);
            if (mine) {
              real.append(release().changes);
              real.fences.delete(who);
              naive.holder = null;
            } else if (real.head.lock?.lockedBy !== `c${who}`) {
              expect(release).toThrow();
            }
          }
          if (step.do === 'write' && real.fences.has(who)) {
            const { lock } = real.head;
            // A holder may write until somebody else took over, even when its lease ran out.
            expect(writes(real, who)).toBe(lock !== null && lock.fence === real.fences.get(who));
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('a fencing token is only ever good for one holder, and each is newer than the last', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const real = new DecidedLock();
        let last = 0;
        for (const step of sequence) {
          if (step.do === 'pass') real.now += step.time;
          else if (step.do === 'die') real.dead.add(`${step.who}`);
          else if (step.do === 'suspend') real.suspended.add(`${step.who}`);
          else if (step.do === 'wake') real.suspended.delete(`${step.who}`);
          else if (!real.dead.has(`${step.who}`)) {
            const before = real.head.lock?.fence;
            const outcome = real.acquire(step.who, false);
            const fence = real.head.lock?.fence ?? 0;
            if (outcome === 'acquired' && fence !== before) {
              expect(fence).toBeGreaterThan(last);
              last = fence;
            }
            const able = [...real.fences.keys()].filter((who) => writes(real, who));
            expect(able.length).toBeLessThanOrEqual(1);
          }
        }
      }),
    );
  });
});
