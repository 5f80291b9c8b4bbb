import type { Chunk } from '../../backend/Chunk.ts';
import { sha256 } from '../../backend/sha256.ts';
import type { ErrorDescription } from '../../errors/SlothError.ts';
import type { TaskRunEntry } from '../../model/entry.ts';
import { taskRunName } from '../../model/executionId.ts';
import type { TaskDefinition } from '../../model/workflow.ts';
import { recordTaskCommand } from '../../services/executions/taskCommands.ts';
import type { TaskMachine } from '../host/TaskMachine.ts';
import type { SkippedTask } from '../schedule/schedule.ts';
import { sealContext, sealValue } from '../secrets/sealValue.ts';
import type { RunSession } from '../session/RunSession.ts';
import type { TaskOutcome } from '../session/TaskOutcome.ts';
import { neededTasks } from './neededTasks.ts';
import type { SettledAttempt } from './settleTask.ts';
import { withoutLastBreak } from './withoutLastBreak.ts';

/** Records that an attempt at a task begins; nothing of it may happen before this resolved. */
export async function recordTaskStart(
  session: RunSession,
  task: TaskDefinition,
  attempt: number,
): Promise<void> {
  const { context, head, authority, report } = session;
  const at = context.clock();
  const run: TaskRunEntry = {
    status: 'running',
    attempt,
    startedAt: at,
    endedAt: null,
    message: '',
    reason: '',
    outputs: { value: {} },
    output: null,
    artifacts: [],
  };
  const command = recordTaskCommand(task.name, run, authority, context.probe);
  await context.writer(head.lineage).submit(command);
  context.reach('task.recorded_start');
  report({ type: 'task.started', task: task.name, attempt, at });
}

/** How a task ended, to be recorded. */
export interface TaskEnd {
  readonly status: TaskOutcome['status'];
  readonly reason: string;
  readonly attempt: number;
  readonly startedAt: number;
  readonly attempted: SettledAttempt | null;
}

/** Records how a task ended, and tells so; until this resolved, nobody may rely on it. */
export async function recordTaskEnd(
  session: RunSession,
  task: TaskDefinition,
  machine: TaskMachine,
  end: TaskEnd,
): Promise<void> {
  const { context, head, authority, redactor } = session;
  const endedAt = context.clock();
  const printed = machine.printed();
  const result = end.attempted?.result ?? { message: '', outputs: {} };
  const chunk = printed === '' ? null : chunkOf(printed);
  const name = taskRunName(authority.execution, task.name);
  const outputs = { ...result.outputs };
  const secret = redactor.contains(outputs);
  const run: TaskRunEntry = {
    status: end.status,
    attempt: end.attempt,
    startedAt: end.attempt === 0 ? null : end.startedAt,
    endedAt,
    message: redactor.text(result.message),
    reason: redactor.text(end.reason),
    outputs: await sealValue(
      context.sealer,
      outputs,
      secret,
      sealContext(head.lineage, 'task_run', name),
    ),
    output: chunk && { hash: chunk.hash, bytes: chunk.bytes.byteLength },
    ...(machine.isPrintedCut() ? { outputCut: true } : {}),
    artifacts: end.attempted?.artifacts ?? [],
  };
  const chunks = chunk === null ? [] : [chunk];
  const command = recordTaskCommand(task.name, run, authority, context.probe, chunks);
  await context.writer(head.lineage).submit(command);
  context.reach('task.recorded_end');
  if (end.status === 'completed') {
    session.artifacts.set(task.name, run.artifacts);
    const isNeeded = neededTasks(session).has(task.name);
    session.results.set(task.name, {
      message: result.message,
      outputs: isNeeded ? outputs : {},
      output: isNeeded ? withoutLastBreak(printed) : '',
      ...(machine.isPrintedCut() ? { isCut: true } : {}),
    });
  }
  session.report({
    type: 'task.ended',
    task: task.name,
    status: end.status,
    at: endedAt,
    duration: endedAt - end.startedAt,
    message: run.message,
    reason: run.reason,
    error: redactError(session, end.attempted?.error ?? null),
  });
}

function redactError(
  { redactor }: RunSession,
  error: ErrorDescription | null,
): ErrorDescription | null {
  if (error === null) return null;
  const source =
    error.source?.text === undefined
      ? error.source
      : {
          ...error.source,
          text: redactor.text(error.source.text),
        };
  return {
    ...error,
    what: redactor.text(error.what),
    why: redactor.text(error.why),
    ...(source ? { source } : {}),
  };
}

function chunkOf(text: string): Chunk {
  const bytes = new TextEncoder().encode(text);
  return { hash: sha256(bytes), bytes };
}

/** Records a task that will not run because of another, and tells so. */
export async function recordSkipped(session: RunSession, skipped: SkippedTask): Promise<void> {
  const { context, head, authority, report } = session;
  const at = context.clock();
  const reason = session.redactor.text(skipped.reason);
  const run: TaskRunEntry = {
    status: 'skipped',
    attempt: 0,
    startedAt: null,
    endedAt: at,
    message: '',
    reason,
    outputs: { value: {} },
    output: null,
    artifacts: [],
  };
  const command = recordTaskCommand(skipped.task, run, authority, context.probe);
  await context.writer(head.lineage).submit(command);
  const { task } = skipped;
  report({
    type: 'task.ended',
    task,
    status: 'skipped',
    at,
    duration: 0,
    message: '',
    reason,
    error: null,
  });
}
