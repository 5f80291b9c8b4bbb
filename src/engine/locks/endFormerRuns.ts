import { SlothError } from '../../errors/SlothError.ts';
import type { Head } from '../../model/head.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import type { RecordedRun } from '../context/ProcessGroups.ts';
import { endProcessGroup } from '../machine/processGroup.ts';

/** How long a run that lost its lock may take to notice, and to end what it started, in milliseconds. */
const PATIENCE = 4000;
const POLL = 25;

/**
 * Ends what runs that are over have left running on this machine, before a new one begins.
 *
 * The scenario that must not happen: a run was killed, or lost its lock, and what it started goes on
 * changing the machine while the next run does the same work. In: the head under the new lock. Rejects
 * with `execution.orphans` where something can't be ended and `strict` says that nothing may begin
 * beside it; without it, that is only told.
 */
export async function endFormerRuns(
  context: EngineContext,
  head: Head,
  { strict }: { readonly strict: boolean },
): Promise<void> {
  const left: string[] = [];
  for (const run of context.groups.recorded(head.lineage)) {
    if (goesOn(context, head, run)) continue;
    await waitForOwner(context, run);
    for (const group of run.groups()) {
      if (run.living().includes(group)) await endProcessGroup(group);
      const about = `process group ${group}, left behind by execution ${run.execution},`;
      if (run.living().includes(group)) left.push(`${about} is still running`);
      else context.notice(`${about} was ended`);
    }
    if (run.living().length === 0 && !isAlive(context, run)) run.remove();
  }
  if (left.length === 0) return;
  if (strict) throw new SlothError('execution.orphans', { stack: head.name, groups: left });
  for (const each of left) context.notice(`${each}, and can't be ended`);
}

/**
 * Whether a run works on: one without a lock may, beside others, and so may what somebody else does under
 * the same lock, taken by hand.
 */
function goesOn(context: EngineContext, head: Head, run: RecordedRun): boolean {
  const isCurrent = (id: string): boolean => id === run.execution;
  const holds = head.lock !== null && isCurrent(head.lock.id);
  return isAlive(context, run) && (holds || head.open.some(({ id }) => isCurrent(id)));
}

function isAlive({ probe }: EngineContext, { owner }: RecordedRun): boolean {
  return probe(owner) !== 'dead';
}

/** A run that lost its lock stops by itself; one that is suspended, or doesn't, is ended. */
async function waitForOwner(context: EngineContext, run: RecordedRun): Promise<void> {
  for (let waited = 0; waited < PATIENCE; waited += POLL) {
    if (!run.isOpen() || context.probe(run.owner) !== 'alive') break;
    await context.sleep(POLL);
  }
  if (!run.isOpen()) return;
  const liveness = context.probe(run.owner);
  if (liveness !== 'alive' && liveness !== 'suspended') return;
  const about = `process ${run.owner.pid} of execution ${run.execution}`;
  if (!run.isDedicated) {
    context.notice(`${about} lost its lock, and what it does may still go on`);
    return;
  }
  process.kill(run.owner.pid, 'SIGKILL');
  context.notice(`${about} lost its lock and did not stop; it was ended`);
  while (context.probe(run.owner) !== 'dead') await context.sleep(POLL);
}
