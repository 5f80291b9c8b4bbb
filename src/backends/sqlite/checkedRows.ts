import { SlothError } from '../../errors/SlothError.ts';
import { rowChecksum } from './rowChecksum.ts';

/** The tables that hold rows of a stack, with what names a row in each. */
export const rowKeys = {
  stacks: ['lineage'],
  commits: ['serial'],
  entries: ['kind', 'name'],
  state_locks: [],
  state_versions: ['version'],
  state_events: ['serial', 'idx'],
  resources: ['name'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The columns that answers are read from; the checksum of a row is over these, in this order. */
const summed = {
  stacks: ['id', 'lineage', 'name', 'deleted_at', 'head'],
  commits: ['stack_id', 'serial', 'parent', 'hash', 'body'],
  entries: ['stack_id', 'kind', 'name', 'serial', 'body'],
  state_events: [
    'stack_id',
    'event_type',
    'severity',
    'message',
    'source',
    'stack',
    'serial',
    'idx',
    'at',
    'actor',
    'execution',
    'data',
  ],
  resources: ['stack_id', 'name', 'type', 'identity', 'host'],
} as const;

/** A table that answers are read from. */
export type CheckedTable = keyof typeof summed;

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** Whether a table's rows carry a checksum. */
export function isChecked(table: string): table is CheckedTable {
  return Object.hasOwn(summed, table);
}

/** The columns that a checked read of a table asks for. */
export function checkedColumns(table: Exclude<CheckedTable, 'state_events'>): string {
  return [...summed[table], 'checksum'].join(', ');
}

/** Sets every checksum of a table; `row_checksum` has to be known to the connection. */
export function fillChecksums(table: CheckedTable): string {
  return `UPDATE ${table} SET checksum = ${checksumOf(table)};`;
}

/** The checksum that a row of a table has to have, in SQL. */
export function checksumOf(table: CheckedTable): string {
  return `row_checksum(${summed[table].join(', ')})`;
}

/**
 * The events with their checksums, which lie in a table of their own: it is what events are counted in, and
 * `state_events` stays as it is specified.
 */
export function checkedEvents(columns: string, events = 'state_events e'): string {
  return `SELECT ${columns}, c.checksum FROM ${events}
    LEFT JOIN event_checksums c ON c.stack_id = e.stack_id AND c.event_id = e.id`;
}

/**
 * Whether a row is as it was written. It has the columns of `checkedColumns`, but for those that
 * it was asked for by (`asked`): each costs as much to hand over as a small text to sum.
 */
export function isIntact(table: CheckedTable, row: Row, asked: Row = {}): boolean {
  const values = summed[table].map((column) =>
    row[column] === undefined ? asked[column] : row[column],
  );
  return rowChecksum(values) === row.checksum;
}

/** Gives back a row that is as it was written; any other is `backend.corrupt`, with its table and name. */
export function intact(table: CheckedTable, row: Row, asked: Row = {}): Row {
  if (isIntact(table, row, asked)) return row;
  const named: Row = { ...asked, ...row };
  const name = table === 'stacks' ? row.name : rowKeys[table].map((key) => named[key]).join(' ');
  throw damaged(`table ${table}, row '${name}'`, 'its content is not what its checksum says');
}

/**
 * Proves that no row was passed over: an index that is a tree of its own knows as many. A page that lost
 * its rows, or a key that leads nowhere, would otherwise read as "there is none".
 */
export function assertAll(table: CheckedTable, found: number, indexed: Row | undefined): void {
  if (found === Number(indexed?.n)) return;
  throw damaged(
    `table ${table}`,
    `one of its trees has ${found} of the rows asked for, another ${Number(indexed?.n)}`,
  );
}

/** The error of a store that contradicts itself. */
export function damaged(where: string, reason: string): SlothError {
  return new SlothError('backend.corrupt', { where, reason });
}
