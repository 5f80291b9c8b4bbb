import type { Command, Decision, Situation } from '../../../backend/Command.ts';
import { guardWrite, type WriteAuthority } from '../../../backend/guardWrite.ts';
import { isSlothError } from '../../../errors/SlothError.ts';
import { emptyContent, evolveContent } from '../../../model/content.ts';
import { evolveHead } from '../../../model/evolveHead.ts';
import { emptyHead, type Head } from '../../../model/head.ts';
import type { ProbeLiveness, ProcessIdentity } from '../../../model/processIdentity.ts';
import { sketchWorkflow } from '../../../model/testing/sketchWorkflow.ts';
import { nextCommit } from '../../../testing/commitFactory.ts';
import { finishCommand } from '../../executions/finishCommand.ts';
import { forceReleaseCommand } from '../../executions/forceReleaseCommand.ts';
import { recoverCommand, type Settler } from '../../executions/recovery.ts';
import { renewCommand } from '../../executions/renewCommand.ts';
import { startCommand } from '../../executions/startCommand.ts';
import type { ExecutionAuthority } from '../../executions/taskCommands.ts';
import { type AcquireResult, decideAcquire } from '../decideAcquire.ts';
import { decideLeaveQueue } from '../decideLeaveQueue.ts';
import { decideRelease } from '../decideRelease.ts';
import { REMOTE, TTL } from './NaiveStack.ts';

interface Run {
  readonly authority: ExecutionAuthority;
  readonly handUntil: number | null;
}

/** As `NaiveStack`: the real decisions over a folded head, called as the engine calls them. */
export class DecidedStack {
  now = 0;
  head: Head = { ...emptyHead('l'), name: 's' };
  readonly #content = emptyContent();
  readonly dead = new Set<number>();
  readonly suspended = new Set<number>();
  readonly #fences = new Map<number, number>();
  readonly #runs = new Map<number, Run>();

  acquire(who: number, wish: 'wait' | 'now' | 'by hand'): 'acquired' | 'queued' | 'refused' {
    this.settle('taker');
    const process = identityOf(who);
    const request = {
      id: `k${who}`,
      lockedBy: `c${who}`,
      operation: '',
      reason: '',
      ttl: TTL,
      process: wish === 'by hand' ? null : process,
      queue: wish === 'wait' ? { process, ttl: TTL } : null,
    };
    const result: AcquireResult | undefined = this.#try((situation) =>
      decideAcquire(situation, request, this.#probe),
    );
    if (result?.status === 'acquired') this.#fences.set(who, result.lock.fence);
    return result?.status ?? 'refused';
  }

  leave(who: number): void {
    this.#try((situation) => decideLeaveQueue(situation, `k${who}`));
  }

  release(who: number, how: 'shown' | 'named'): boolean {
    const lockIds = new Set(how === 'shown' ? [`k${who}`] : []);
    const request = { identity: `c${who}`, named: true, lockIds };
    const lock = this.#try((situation) => decideRelease(situation, request, this.#probe));
    if (lock === undefined) return false;
    this.#fences.delete(who);
    return true;
  }

  force(): boolean {
    const command = forceReleaseCommand(this.head, { by: 'x', reason: '' }, this.#probe);
    return this.#try(command.decide) !== undefined;
  }

  settle(settler: Settler): void {
    this.#try(recoverCommand(this.head, this.#probe, new Map(), settler).decide);
  }

  write(who: number): boolean {
    return this.#isLet(({ head, now }) => guardWrite(head, this.#authority(who), now, this.#probe));
  }

  /** Those who could write now because of a token that they were given. */
  ableByToken(): readonly number[] {
    return [...this.#fences].flatMap(([who, fence]) => {
      const authority = { ...lockOf(who), execution: null, fence };
      try {
        guardWrite(this.head, authority, this.now, this.#probe);
        return [who];
      } catch (error) {
        if (!isSlothError(error)) throw error;
        return [];
      }
    });
  }

  start(who: number): boolean {
    const authority = { ...lockOf(who), fence: this.#fences.get(who) ?? null };
    const request = {
      definition: sketchWorkflow(),
      file: '',
      actor: `c${who}`,
      process: identityOf(who),
      ttl: TTL,
      snapshot: '',
      resume: null,
      up: null,
      dependencies: () => [],
    };
    const { lock } = this.head;
    const started = this.#try(startCommand(request, authority, this.#probe).decide);
    if (started === undefined) return false;
    const mine = lock?.id === `k${who}` ? lock : null;
    this.#runs.set(who, {
      authority: { ...authority, execution: started.id, fence: mine?.fence ?? null },
      handUntil: mine !== null && mine.process === null ? mine.expiresAt : null,
    });
    return true;
  }

  renew(who: number): boolean {
    const run = this.#runs.get(who);
    return run !== undefined && this.#isDone(renewCommand(TTL, run.authority, this.#probe));
  }

  finish(who: number): boolean {
    const run = this.#runs.get(who);
    if (run === undefined) return false;
    this.#runs.delete(who);
    const request = {
      status: 'success' as const,
      reason: '',
      release: run.authority.fence !== null && run.handUntil === null,
      lockUntil: run.handUntil,
      rolledBack: false,
      dropped: [],
    };
    if (!this.#isDone(finishCommand(request, run.authority, this.#probe))) return false;
    if (request.release) this.#fences.delete(who);
    return true;
  }

  #authority(who: number): WriteAuthority {
    const run = this.#runs.get(who);
    if (run !== undefined) return run.authority;
    return { ...lockOf(who), execution: null, fence: this.#fences.get(who) ?? null };
  }

  readonly #probe: ProbeLiveness = ({ pid, host }) => {
    if (host !== 'h') return 'unknown';
    if (this.dead.has(pid)) return 'dead';
    return this.suspended.has(pid) ? 'suspended' : 'alive';
  };

  #isDone({ decide }: Command<void>): boolean {
    return this.#isLet(decide);
  }

  #isLet(decide: (situation: Situation) => Pick<Decision<unknown>, 'changes'>): boolean {
    return (
      this.#try((situation) => ({ events: [], ...decide(situation), result: true })) !== undefined
    );
  }

  /** Decides and appends; `undefined` where it was refused. */
  #try<R>(decide: (situation: Situation) => Decision<R>): R | undefined {
    const { head, now } = this;
    try {
      const { changes, result } = decide({
        head,
        content: this.#content,
        now,
        serial: head.serial + 1,
      });
      if (changes.length > 0) {
        this.head = evolveHead(head, nextCommit('l', head, { changes, at: now }));
        for (const change of changes) evolveContent(this.#content, change);
      }
      return result;
    } catch (error) {
      if (isSlothError(error)) return undefined;
      throw error;
    }
  }
}

function identityOf(who: number): ProcessIdentity {
  return { host: who === REMOTE ? 'other' : 'h', scope: 's', pid: who, started: `${who}` };
}

function lockOf(who: number): Pick<WriteAuthority, 'lockIds'> {
  return { lockIds: new Set([`k${who}`]) };
}
