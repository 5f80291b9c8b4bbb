import { SlothError } from '../errors/SlothError.ts';
import { appendAll } from '../model/appendAll.ts';
import type { Commit } from '../model/commit.ts';
import { evolveContent } from '../model/content.ts';
import { evolveHead } from '../model/evolveHead.ts';
import type { Head } from '../model/head.ts';
import type { Chunk } from './Chunk.ts';
import type { Command, Decision } from './Command.ts';
import type { ReachCrashPoint } from './crashPoint.ts';
import type { StackView, StateBackend } from './StateBackend.ts';
import { sealCommit } from './sealCommit.ts';
import { stampTime } from './stampTime.ts';

/** The one way to change a stack, for one actor. */
export interface StackWriter {
  readonly lineage: string;
  /** Resolves with the decision's result after its commit is durable; rejects with its refusal. */
  submit<R>(command: Command<R>): Promise<R>;
}

/** The loop that writes one log, whoever asks for it: their commands share its appends. */
export interface LogWriter {
  /** A writer whose commits carry this name. */
  readonly as: (actor: string) => StackWriter;
}

/** What a writer needs from outside. */
export interface LogWriterOptions {
  readonly backend: StateBackend;
  readonly lineage: string;
  readonly reach: ReachCrashPoint;
  /** A number in [0, 1) for the jitter between attempts. */
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** After so many lost races something is wrong with the writers, not with the luck. */
const MAX_ATTEMPTS = 200;

interface Pending {
  /** Whose name stands in its commit. */
  readonly actor: string;
  readonly command: Command<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

interface Draft {
  readonly commits: readonly Commit[];
  readonly chunks: readonly Chunk[];
  readonly settle: readonly (() => void)[];
}

/**
 * The only loop that writes: read the head, decide, append; on a serial conflict read again and
 * decide again, with jitter. Commands that wait at the same time are decided one after the other on
 * the evolving head and appended together, so that a thousand parallel tasks share a few
 * durable writes (group commit) instead of racing each other for serials.
 */
export function createLogWriter(options: LogWriterOptions): LogWriter {
  let queue: Pending[] = [];
  let draining = false;

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      try {
        await commitBatch(options, batch);
      } catch (error) {
        for (const each of batch) each.reject(error);
      }
    }
    draining = false;
  }

  function submit(pending: Pending): void {
    queue.push(pending);
    if (draining) return;
    draining = true;
    setImmediate(() => void drain());
  }

  return {
    as: (actor) => ({
      lineage: options.lineage,
      submit<R>(command: Command<R>): Promise<R> {
        return new Promise<R>((resolve, reject) => {
          submit({ actor, command, resolve: resolve as (result: unknown) => void, reject });
        });
      },
    }),
  };
}

async function commitBatch(options: LogWriterOptions, batch: readonly Pending[]): Promise<void> {
  const { backend, lineage, reach } = options;
  const selection = batch.flatMap((each) => each.command.needs ?? []);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const view = await backend.read({ lineage }, selection);
    if (view === undefined || view.head.deletedAt !== null) {
      throw new SlothError('stack.not_found', { stack: view?.head.name ?? lineage, near: [] });
    }
    const draft = decideAll(view, batch, await backend.now());
    if (draft.commits.length === 0) return settle(draft);
    reach('append.before');
    const outcome = await backend.append({ lineage, commits: draft.commits, chunks: draft.chunks });
    if (outcome.status === 'appended') {
      reach('append.acknowledged');
      return settle(draft);
    }
    if (outcome.status === 'name_taken')
      throw new SlothError('stack.exists', { stack: outcome.name });
    await options.sleep(Math.min(attempt, 20) * options.random() * 2);
  }
  throw new SlothError('backend.contended', { stack: lineage, attempts: MAX_ATTEMPTS });
}

/** Decides every command on the state that the ones before it leave; a refusal ends only its own. */
function decideAll(view: StackView, batch: readonly Pending[], now: number): Draft {
  let head = view.head;
  const commits: Commit[] = [];
  const chunks: Chunk[] = [];
  const settled: (() => void)[] = [];
  for (const { actor, command, resolve, reject } of batch) {
    let decision: Decision<unknown>;
    try {
      const situation = { head, content: view.content, now, serial: head.serial + 1 };
      decision = command.decide(situation);
    } catch (error) {
      settled.push(() => reject(error));
      continue;
    }
    settled.push(() => resolve(decision.result));
    if (decision.changes.length === 0 && decision.events.length === 0) continue;
    const commit = buildCommit(head, command, decision, actor, now);
    for (const change of commit.changes) evolveContent(view.content, change);
    head = evolveHead(head, commit);
    commits.push(commit);
    appendAll(chunks, decision.chunks ?? []);
  }
  return { commits, chunks, settle: settled };
}

function buildCommit(
  head: Head,
  command: Command<unknown>,
  decision: Decision<unknown>,
  actor: string,
  now: number,
): Commit {
  const { at, changes, events } = stampTime(head, now);
  return sealCommit(head.hash, {
    format: 1,
    lineage: head.lineage,
    serial: head.serial + 1,
    at,
    actor,
    operation: command.operation,
    execution: command.execution ?? null,
    fence: decision.fence ?? null,
    changes: [...changes, ...decision.changes],
    events: [...events, ...decision.events],
  });
}

function settle(draft: Draft): void {
  for (const each of draft.settle) each();
}
