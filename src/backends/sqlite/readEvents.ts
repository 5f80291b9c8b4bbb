import type { EventPage, EventQuery } from '../../backend/StateBackend.ts';
import type { EventType, Severity, StoredEvent } from '../../model/event.ts';
import type { JsonObject } from '../../model/json.ts';
import { parseColumn } from './SqliteReader.ts';
import type { Statements } from './statements.ts';

/** Reads events in the order they were written; the cursor is the row id, which follows it. */
export function readEvents(statements: Statements, query: EventQuery): EventPage {
  const { conditions, values } = whereClause(query);
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const limited = query.limit === undefined ? '' : 'LIMIT ?';
  const rows = statements(
    `SELECT e.*, s.lineage FROM state_events e JOIN stacks s ON s.id = e.stack_id
     ${where} ORDER BY e.id DESC ${limited}`,
  ).all(...values, ...(query.limit === undefined ? [] : [query.limit]));
  const newest = rows[0]?.id ?? query.after ?? 0;
  return { events: rows.toReversed().map(toEvent), cursor: String(newest) };
}

function whereClause(query: EventQuery): { conditions: string[]; values: (string | number)[] } {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const add = (condition: string, ...bound: (string | number)[]): void => {
    conditions.push(condition);
    values.push(...bound);
  };
  if (query.lineage !== undefined) {
    add('e.stack_id = (SELECT id FROM stacks WHERE lineage = ?)', query.lineage);
  }
  if (query.execution !== undefined) add('e.execution = ?', query.execution);
  if (query.since !== undefined) add('e.at >= ?', query.since);
  if (query.after !== undefined) add('e.id > ?', Number(query.after));
  if (query.severities !== undefined) {
    add(`e.severity IN (${query.severities.map(() => '?').join(', ')})`, ...query.severities);
  }
  if (query.types !== undefined) {
    const each = query.types.map((type) =>
      type.endsWith('*') ? 'substr(e.event_type, 1, ?) = ?' : 'e.event_type = ?',
    );
    add(`(${each.join(' OR ')})`, ...query.types.flatMap(boundType));
  }
  return { conditions, values };
}

function boundType(type: string): (string | number)[] {
  const prefix = type.slice(0, -1);
  return type.endsWith('*') ? [prefix.length, prefix] : [type];
}

function toEvent(row: Record<string, unknown>): StoredEvent {
  return {
    type: row.event_type as EventType,
    severity: row.severity as Severity,
    message: String(row.message),
    source: String(row.source),
    data: parseColumn<JsonObject>(row.data, `event ${row.id}`),
    lineage: String(row.lineage),
    stack: String(row.stack),
    serial: Number(row.serial),
    index: Number(row.idx),
    at: Number(row.at),
    actor: String(row.actor),
    execution: row.execution === null ? null : String(row.execution),
  };
}
