import type { Head } from '../../model/head.ts';
import type { ProviderMachine } from '../../model/provider.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { endFormerRuns } from '../locks/endFormerRuns.ts';
import { dropRunLock, takeRunLock } from '../locks/runLock.ts';
import type { ApplySession } from './ApplySession.ts';

/** Milliseconds; the lock ends with this process anyhow, this bounds it where nobody can see that. */
const LONGEST = 3_600_000;

/**
 * Changes objects of a stack outside an execution: takes the lock, ends what runs that are over have left
 * running, and gives the lock back at the end, however that comes. Programs that change objects are
 * recorded while it goes on, so that they end with it.
 */
export async function underRunLock<T>(
  context: EngineContext,
  head: Head,
  wish: {
    readonly operation: string;
    /** What it is for, as people read it. */
    readonly reason: string;
    readonly machine: ProviderMachine;
  },
  action: (session: ApplySession) => Promise<T>,
): Promise<T> {
  const { operation, reason, machine } = wish;
  const { lineage } = head;
  const lock = await takeRunLock(context, head, {
    required: true,
    operation,
    reason,
    ttl: LONGEST,
  });
  try {
    await endFormerRuns(context, head, { strict: false });
    const groups = context.groups.record({ lineage, execution: lock.id ?? context.newId() });
    try {
      return await action({
        context,
        lineage,
        authority: { ...lock.authority, execution: null },
        machine,
        changing: machine.narrowed({ record: groups }),
        isSecret: (value) => context.redactor.contains({ ...value }),
        redact: context.redactor.text,
        kept: new Set(),
      });
    } finally {
      groups.close();
    }
  } finally {
    await dropRunLock(context, head, lock);
  }
}
