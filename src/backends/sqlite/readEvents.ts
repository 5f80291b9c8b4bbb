import type { EventPage, EventQuery } from '../../backend/StateBackend.ts';
import { matchesQuery } from '../../backend/storedEvents.ts';
import type { EventType, Severity, StoredEvent } from '../../model/event.ts';
import type { JsonObject } from '../../model/json.ts';
import { assertAll, checkedEvents, damaged, intact, type Row } from './checkedRows.ts';
import { parseColumn } from './parseColumn.ts';
import { readStack, readStackById } from './readStack.ts';
import type { Statements } from './statements.ts';

/**
 * Reads events in the order they were written; the cursor is the row id, which follows it.
 *
 * Conditions are looked at after a row was found to be intact: SQLite would pass over one that was
 * damaged in what it is chosen by.
 */
export function readEvents(statements: Statements, query: EventQuery): EventPage {
  const after = Number(query.after ?? 0);
  const { lineage } = query;
  const stack = lineage === undefined ? null : readStack(statements, { lineage });
  if (stack === undefined) return { events: [], cursor: String(after) };
  const lineages = new Map<number, string>();
  const lineageOf = (id: number): string => {
    const known = lineages.get(id) ?? readStackById(statements, id).head.lineage;
    lineages.set(id, known);
    return known;
  };
  const found: StoredEvent[] = [];
  let [seen, newest, oldest] = [0, after, Number.POSITIVE_INFINITY];
  for (const row of rowsOf(statements, stack?.id ?? null, after)) {
    const id = Number(row.id);
    if (id >= oldest) throw damaged(`table state_events, row ${id}`, 'it is not at its place');
    [seen, newest, oldest] = [seen + 1, Math.max(newest, id), id];
    const event = toEvent(intact('state_events', row), lineageOf(Number(row.stack_id)));
    if (matchesQuery(event, query)) found.push(event);
    if (found.length === query.limit) break;
  }
  const isCut = found.length === query.limit;
  assertAll(
    'state_events',
    seen,
    counted(statements, stack?.id ?? null, isCut ? oldest - 1 : after),
  );
  return { events: found.toReversed(), cursor: String(newest) };
}

/** Newest first. */
function rowsOf(statements: Statements, stackId: number | null, after: number): Iterable<Row> {
  if (stackId === null) {
    const all = checkedEvents('e.*', 'state_events e NOT INDEXED');
    return statements(`${all} WHERE e.id > ? ORDER BY e.id DESC`).iterate(after);
  }
  const own = checkedEvents('e.*', 'state_events e INDEXED BY state_events_by_stack');
  return statements(`${own} WHERE e.stack_id = ? AND e.id > ? ORDER BY e.id DESC`).iterate(
    stackId,
    after,
  );
}

/** How many there are above an id by another tree than the one that `rowsOf` goes through. */
function counted(statements: Statements, stackId: number | null, after: number): Row | undefined {
  if (stackId === null) {
    return statements(
      `SELECT count(*) AS n FROM stacks s CROSS JOIN state_events e INDEXED BY state_events_by_stack
       ON e.stack_id = s.id WHERE e.id > ?`,
    ).get(after);
  }
  return statements(
    'SELECT count(*) AS n FROM event_checksums WHERE stack_id = ? AND event_id > ?',
  ).get(stackId, after);
}

function toEvent(row: Row, lineage: string): StoredEvent {
  return {
    type: row.event_type as EventType,
    severity: row.severity as Severity,
    message: String(row.message),
    source: String(row.source),
    data: parseColumn<JsonObject>(row.data, `event ${row.id}`),
    lineage,
    stack: String(row.stack),
    serial: Number(row.serial),
    index: Number(row.idx),
    at: Number(row.at),
    actor: String(row.actor),
    execution: row.execution === null ? null : String(row.execution),
  };
}
