import type { Command } from '../../backend/Command.ts';
import { mergeCommands } from '../../backend/mergeCommands.ts';
import { type FinishRequest, finishCommand } from '../../services/executions/finishCommand.ts';
import { contentAt } from '../../services/snapshots/readSnapshot.ts';
import { restoreCommand } from '../../services/snapshots/restoreCommand.ts';
import type { RunLock } from '../locks/runLock.ts';
import { rollbackObjects } from '../objects/rollbackObjects.ts';
import type { RunSession } from '../session/RunSession.ts';
import { applySession } from '../session/sessionResources.ts';

/**
 * Ends the execution, and where its workflow wants a failure rolled back, sets the content back to
 * the snapshot taken before it, in the same commit: a kill between the two would leave a run that
 * could be resumed on a state that its finished tasks never saw.
 */
export async function finishRun(
  session: RunSession,
  lock: RunLock,
  ended: Pick<FinishRequest, 'status' | 'reason' | 'dropped'>,
  snapshot: string,
): Promise<void> {
  const { context, head, authority, report } = session;
  const restore = ended.status === 'failed' ? await rollback(session, snapshot) : null;
  const request = {
    ...ended,
    release: lock.own,
    lockUntil: lock.until,
    rolledBack: restore !== null,
  };
  const close = finishCommand(request, authority, context.probe);
  const command = restore === null ? close : mergeCommands(restore, close);
  await context.writer(head.lineage).submit(command);
  context.reach('execution.closed');
  if (restore !== null) report({ type: 'rolled_back', snapshot });
}

/** The command that rolls the run back; `null` where that is not wanted or not possible. */
async function rollback(session: RunSession, snapshot: string): Promise<Command<number> | null> {
  const { context, head, definition, authority, report } = session;
  if (definition.config.onFailure !== 'rollback') return null;
  const selection = [{ kind: 'snapshot' as const, name: snapshot }];
  const view = await context.backend.read({ lineage: head.lineage }, selection);
  const serial = view?.content.snapshot.get(snapshot)?.serial;
  if (serial === undefined) {
    const message = 'nothing to roll back to: no snapshot was taken before the run';
    report({ type: 'notice', level: 'warn', message });
    return null;
  }
  const content = await contentAt(context.backend, head.lineage, serial);
  const restored = await rollbackObjects(applySession(session), { content, serial });
  for (const { resource, reason } of restored.failed) {
    const message = `resource '${resource}' was not rolled back: ${reason}`;
    report({ type: 'notice', level: 'warn', message });
  }
  return restoreCommand(snapshot, restored.content, context.actor, authority, context.probe);
}
