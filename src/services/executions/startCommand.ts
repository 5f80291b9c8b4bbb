import type { Command, Situation } from '../../backend/Command.ts';
import { guardWrite, type WriteAuthority } from '../../backend/guardWrite.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { type Change, deleteEntry, putEntry } from '../../model/change.ts';
import type { Content } from '../../model/content.ts';
import type { DependencyEntry, ExecutionEntry, TaskEntry } from '../../model/entry.ts';
import { event } from '../../model/event.ts';
import { executionId } from '../../model/executionId.ts';
import type { Head } from '../../model/head.ts';
import { canonicalJson } from '../../model/json.ts';
import type { ProbeLiveness, ProcessIdentity } from '../../model/processIdentity.ts';
import type { TaskDefinition, WorkflowDefinition } from '../../model/workflow.ts';

/** A run that is about to begin. */
export interface StartRequest {
  readonly definition: WorkflowDefinition;
  readonly file: string;
  readonly actor: string;
  readonly process: ProcessIdentity;
  /** Milliseconds that its lease lives without renewal. */
  readonly ttl: number;
  /** The snapshot taken before it; empty for none. */
  readonly snapshot: string;
  /** The execution to go on with; `null` to begin a new one. */
  readonly resume: string | null;
  /** The `up` that the run is a part of; `null` for none. */
  readonly up: string | null;
  /** What the run changes about the stacks that this one needs. */
  readonly dependencies: (
    known: ReadonlyMap<string, DependencyEntry>,
    execution: string,
  ) => readonly Change[];
}

/** An execution that may run now. */
export interface StartedExecution {
  readonly id: string;
  readonly startedAt: number;
  readonly entry: ExecutionEntry;
}

/**
 * Opens an execution: its record, its lease, the stack's status, and the tasks and dependencies
 * that its workflow declares, as far as they differ from what the stack holds.
 */
export function startCommand(
  request: StartRequest,
  authority: Omit<WriteAuthority, 'execution'>,
  probe: ProbeLiveness,
): Command<StartedExecution> {
  return {
    operation: request.resume === null ? 'run.start' : 'run.resume',
    execution: request.resume,
    needs: [
      { kind: 'task' },
      { kind: 'dependency' },
      ...(request.resume === null ? [] : [{ kind: 'execution' as const, name: request.resume }]),
    ],
    decide: (situation) => {
      const { head, now } = situation;
      const permit = guardWrite(head, { ...authority, execution: null }, now, probe);
      const { id, entry } = executionRecord(situation, request);
      const { definition, actor, process, ttl } = request;
      const resumed = entry.resumed > 0;
      const open = { id, by: actor, startedAt: now, expiresAt: now + ttl, process };
      const verb = resumed ? 'resumed' : 'started';
      const message = `execution ${id} of workflow '${definition.name}' ${verb} by ${actor}`;
      return {
        result: { id, startedAt: now, entry },
        fence: permit.fence,
        changes: [
          ...permit.changes,
          ...keptAlive(head, permit.fence, now + ttl),
          putEntry('execution', id, entry),
          { type: 'execution.open', execution: open },
          { type: 'stack.put', status: 'running' },
          ...declarationChanges(situation.content, definition),
          ...request.dependencies(situation.content.dependency, id),
        ],
        events: [
          ...permit.events,
          event(resumed ? 'stack.execution.resumed' : 'stack.execution.started', 'run', message, {
            execution: id,
            workflow: definition.name,
          }),
        ],
      };
    },
  };
}

/**
 * A lock that was taken by hand for less time than the run's first renewal takes is prolonged now. The
 * scenario that must not happen: it runs out under a run that works.
 */
function keptAlive({ lock }: Head, fence: number | null, expiresAt: number): readonly Change[] {
  if (lock === null || lock.fence !== fence || lock.expiresAt >= expiresAt) return [];
  return [{ type: 'lock.put', lock: { ...lock, expiresAt } }];
}

function executionRecord(
  { head, content, now }: Situation,
  request: StartRequest,
): { readonly id: string; readonly entry: ExecutionEntry } {
  const { definition, file, actor, process, snapshot, resume } = request;
  const fresh: ExecutionEntry = {
    workflow: definition.name,
    version: definition.version,
    file,
    status: 'running',
    actor,
    startedAt: now,
    endedAt: null,
    resumed: 0,
    taskCount: definition.tasks.length,
    reason: '',
    snapshot,
    rolledBack: false,
    process,
    ...(request.up === null ? {} : { up: request.up }),
  };
  if (resume === null) return { id: executionId(head.executionCount + 1), entry: fresh };
  const earlier = content.execution.get(resume);
  if (earlier === undefined || !isResumable(earlier)) {
    const status = earlier?.rolledBack === true ? 'failed, and was rolled back' : earlier?.status;
    const details = { stack: head.name, status: status ?? '' };
    throw new SlothError('execution.nothing_to_resume', details);
  }
  const { startedAt } = earlier;
  const kept = { startedAt, resumed: earlier.resumed + 1, snapshot: earlier.snapshot || snapshot };
  return { id: resume, entry: { ...fresh, ...kept } };
}

/**
 * Whether an execution can be gone on with. One that was rolled back can't: what its finished tasks
 * did to the state is undone, so skipping them would be wrong.
 */
function isResumable({ status, rolledBack }: ExecutionEntry): boolean {
  return (status === 'interrupted' || status === 'fenced' || status === 'failed') && !rolledBack;
}

/** The declared tasks against the stored ones: only what differs is written. */
function declarationChanges(content: Content, definition: WorkflowDefinition): Change[] {
  const changes: Change[] = [];
  const tasks = new Map(definition.tasks.map((task) => [task.name, taskEntry(definition, task)]));
  for (const [name, entry] of tasks) {
    const known = content.task.get(name);
    if (known === undefined || canonicalJson(known) !== canonicalJson(entry)) {
      changes.push(putEntry('task', name, entry));
    }
  }
  for (const name of content.task.keys()) {
    if (!tasks.has(name)) changes.push(deleteEntry('task', name));
  }
  return changes;
}

function taskEntry(definition: WorkflowDefinition, task: TaskDefinition): TaskEntry {
  const { description, timeout, retries, dependsOn, tags } = task;
  return {
    workflow: definition.name,
    description,
    timeout,
    retries: retries.count,
    dependsOn,
    tags,
  };
}
