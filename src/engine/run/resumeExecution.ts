import type { StateBackend } from '../../backend/StateBackend.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { ArtifactEntry, ExecutionStatus, TaskRunEntry } from '../../model/entry.ts';
import { taskRunName } from '../../model/executionId.ts';
import type { Head } from '../../model/head.ts';
import type { JsonObject } from '../../model/json.ts';
import type { TaskResult } from '../../model/workflow.ts';
import { objectKey } from '../../services/resources/decideMoves.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { openValue, sealContext } from '../secrets/sealValue.ts';
import { withoutLastBreak } from '../tasks/withoutLastBreak.ts';

/** What an earlier part of an execution left for the rest of it. */
export interface EarlierResults {
  readonly results: Map<string, TaskResult>;
  readonly artifacts: Map<string, readonly ArtifactEntry[]>;
  /** The objects whose pre-image it kept. */
  readonly kept: Set<string>;
}

const RESUMABLE: readonly ExecutionStatus[] = ['interrupted', 'fenced', 'failed'];

/** The execution that `--resume` goes on with. Rejects with `execution.nothing_to_resume`. */
export function resumableExecution(head: Head): string {
  const last = head.lastExecution;
  if (last === null || !RESUMABLE.includes(last.status)) {
    const details = { stack: head.name, status: last?.status ?? '' };
    throw new SlothError('execution.nothing_to_resume', details);
  }
  return last.id;
}

/**
 * Reads the results of the tasks that an execution completed, so that the tasks after them find
 * what they would have found without the interruption. What was encrypted counts as secret again.
 */
export async function earlierResults(
  context: EngineContext,
  head: Head,
  execution: string,
  redactor: Redactor,
): Promise<EarlierResults> {
  const prefix = taskRunName(execution, '');
  const selection = [{ kind: 'task_run' as const, prefix }, { kind: 'preimage' as const }];
  const view = await context.backend.read({ lineage: head.lineage }, selection);
  const results = new Map<string, TaskResult>();
  const artifacts = new Map<string, readonly ArtifactEntry[]>();
  for (const [name, run] of view?.content.task_run ?? []) {
    if (run.status !== 'completed') continue;
    const place = sealContext(head.lineage, 'task_run', name);
    const outputs = (await openValue(context.sealer, run.outputs, place)) as JsonObject;
    // Short ones are hidden with what holds them: a number beside a secret is none.
    if (run.outputs.sensitive === true) redactor.addLong(outputs);
    const task = name.slice(prefix.length);
    const output = await outputText(context.backend, run);
    const isCut = run.outputCut === true ? { isCut: true as const } : {};
    results.set(task, { message: run.message, outputs, output, ...isCut });
    artifacts.set(task, run.artifacts);
  }
  const images = [...(view?.content.preimage.values() ?? [])];
  const own = images.filter((image) => image.execution === execution);
  return { results, artifacts, kept: new Set(own.map(objectKey)) };
}

async function outputText(backend: StateBackend, run: TaskRunEntry): Promise<string> {
  if (run.output === null) return '';
  const bytes = await backend.chunk(run.output.hash);
  return bytes === undefined ? '' : withoutLastBreak(new TextDecoder().decode(bytes));
}
