import { formatDuration, type ShownStack, type StackStatus } from '../../sdk/presentation.ts';
import type { StaleUse } from '../../sdk/Runner.ts';
import type { Paint } from '../terminal/Terminal.ts';
import { localTime } from './localTime.ts';
import { renderTable } from './table.ts';

/** `stack list` as a table, as the specification shows it. */
export function renderStackList(stacks: readonly ShownStack[], paint: Paint): string[] {
  const rows = stacks.map((stack) => [
    stack.name,
    `${paintStatus(stack.status, paint)}${stack.stale ? paint.warn(' (stale)') : ''}`,
    localTime(stack.last_execution ?? stack.created_at),
    formatDuration(stack.duration_ms),
    String(stack.execution_count),
  ]);
  const columns = ['NAME', 'STATUS', 'LAST RUN', 'DURATION', 'EXECUTIONS'];
  const total = `Total: ${stacks.length} ${stacks.length === 1 ? 'stack' : 'stacks'}`;
  const table = renderTable(columns, rows, (column) => '-'.repeat(column.length), 4);
  return ['Workflow Stacks', '', ...table, '', total];
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
