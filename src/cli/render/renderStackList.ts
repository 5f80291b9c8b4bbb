import { formatDuration, formatTime, type Head, type StackStatus } from '../../sdk/presentation.ts';
import type { StaleUse } from '../../sdk/Runner.ts';
import type { Paint } from '../terminal/Terminal.ts';
import { renderTable } from './table.ts';

/** `stack list` as a table, as the specification shows it. */
export function renderStackList(
  heads: readonly Head[],
  stale: ReadonlySet<string>,
  paint: Paint,
): string[] {
  const rows = heads.map((head) => [
    head.name,
    `${paintStatus(head.status, paint)}${stale.has(head.name) ? paint.warn(' (stale)') : ''}`,
    formatTime(head.lastExecution?.startedAt ?? head.createdAt),
    formatDuration(lastDuration(head)),
    String(head.executionCount),
  ]);
  const columns = ['NAME', 'STATUS', 'LAST RUN', 'DURATION', 'EXECUTIONS'];
  const total = `Total: ${heads.length} ${heads.length === 1 ? 'stack' : 'stacks'}`;
  const table = renderTable(columns, rows, (column) => '-'.repeat(column.length), 4);
  return ['Workflow Stacks', '', ...table, '', total];
}

/** A stack in lists for machines. */
export function stackAsJson(
  head: Head,
  stale: ReadonlySet<string> = new Set(),
): Record<string, string | number | boolean | null> {
  return {
    name: head.name,
    status: head.status,
    stale: stale.has(head.name),
    description: head.description,
    version: head.version,
    serial: head.serial,
    created_at: new Date(head.createdAt).toISOString(),
    updated_at: new Date(head.updatedAt).toISOString(),
    last_execution: head.lastExecution && new Date(head.lastExecution.startedAt).toISOString(),
    last_status: head.lastExecution?.status ?? null,
    duration_ms: lastDuration(head),
    execution_count: head.executionCount,
    locked: head.lock !== null,
    locked_by: head.lock?.lockedBy ?? null,
    snapshots: head.snapshotCount,
  };
}

/** Why a stack is stale, in words. */
export function describeStale({ producer, output, reason }: StaleUse): string {
  if (reason === 'gone') return `output '${output}' of '${producer}' is gone`;
  return reason === 'changed'
    ? `output '${output}' of '${producer}' has changed`
    : `output '${output}' is now of another stack '${producer}'`;
}

/** A status in the colour of its meaning; the word always stands there too. */
export function paintStatus(status: StackStatus | string, paint: Paint): string {
  if (status === 'completed' || status === 'success') return paint.good(status);
  if (status === 'failed') return paint.bad(status);
  if (status === 'interrupted' || status === 'fenced') return paint.warn(status);
  return status === 'running' ? paint.accent(status) : status;
}

function lastDuration({ lastExecution }: Head): number {
  if (lastExecution === null || lastExecution.endedAt === null) return 0;
  return lastExecution.endedAt - lastExecution.startedAt;
}
