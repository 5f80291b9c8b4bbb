import { AsyncLocalStorage } from 'node:async_hooks';
import type { TaskHost } from '../../model/host.ts';
import type { WorkflowDraft } from './Draft.ts';
import type { HostCall } from './HostCall.ts';

/** One stretch of workflow code: the loading of a file, or one call of a task function. */
export interface Scope {
  readonly host: TaskHost;
  /** Where definitions are collected while a file loads; `null` in a call. */
  readonly defined: WorkflowDraft[] | null;
  /** The name under which errors show a file, by its absolute path. */
  readonly shownName: (path: string) => string;
  /** Host calls under way. */
  readonly pending: Set<HostCall>;
  /** Host calls that failed, for the end of the scope. */
  readonly failed: HostCall[];
  /** Set when nobody waits for this code any more: it may not touch the machine from then on. */
  ended: boolean;
}

/** What all copies of this package in one process share. */
interface Slot {
  readonly scopes: AsyncLocalStorage<Scope>;
  /** How many loaders there are, to tell their files apart. */
  loaders: number;
}

const SLOT = Symbol.for('sloth-runner.dsl');

/**
 * The one slot of this process. It hangs on `globalThis` because there are often two copies of this
 * module: the program's own, bundled, and the one a workflow file imports. With a slot each, every
 * `state.set` of a workflow would believe that no task runs.
 */
export function sharedSlot(): Slot {
  const holder = globalThis as { [SLOT]?: Slot };
  holder[SLOT] ??= { scopes: new AsyncLocalStorage<Scope>(), loaders: 0 };
  return holder[SLOT];
}

/** Makes the scope of one load (with `defined`) or one call (without). */
export function createScope(
  host: TaskHost,
  shownName: (path: string) => string,
  defined: WorkflowDraft[] | null = null,
): Scope {
  return { host, defined, shownName, pending: new Set(), failed: [], ended: false };
}

/** The scope of the code that is running, through any number of `await`s; also one that ended. */
export function currentScope(): Scope | undefined {
  return sharedSlot().scopes.getStore();
}

/**
 * Runs code in a scope to its true end: also host calls that it forgot to await are over when this
 * resolves, and where one of those failed and nobody looked, this rejects with its error. The
 * scenario that must not happen: a task reports success while its `state.set` is still on its way,
 * and then fails unseen.
 */
export async function runInScope<T>(scope: Scope, body: () => T | Promise<T>): Promise<T> {
  return sharedSlot().scopes.run(scope, async () => {
    try {
      const value = await body();
      await refuseUnseen(scope);
      return value;
    } finally {
      await callsOver(scope);
      scope.ended = true;
    }
  });
}

async function refuseUnseen(scope: Scope): Promise<void> {
  await callsOver(scope);
  for (const call of scope.failed) {
    const unseen = call.unseen();
    if (unseen !== undefined) throw unseen.error;
  }
}

/** Waits for the calls under way, also for those that start meanwhile. */
async function callsOver({ pending }: Scope): Promise<void> {
  while (pending.size > 0) await Promise.all([...pending].map((call) => call.settled));
}
