import type { StackRef } from '../../backend/StateBackend.ts';
import type { Head } from '../../model/head.ts';
import { assertAll, checkedColumns, damaged, intact, type Row } from './checkedRows.ts';
import { parseColumn } from './parseColumn.ts';
import type { Statements } from './statements.ts';

/** A stack's row. */
export interface StackRow {
  /** What other tables call it. */
  readonly id: number;
  readonly head: Head;
}

const columns = checkedColumns('stacks');

/** Finds a living stack by its name, or any by its lineage. */
export function readStack(statements: Statements, ref: StackRef): StackRow | undefined {
  if ('lineage' in ref) {
    const row = statements(`SELECT ${columns} FROM stacks WHERE lineage = ?`).get(ref.lineage);
    return row && toStack(row, row.lineage === ref.lineage);
  }
  const row = statements(
    `SELECT ${columns} FROM stacks INDEXED BY stacks_by_name WHERE name = ? AND deleted_at IS NULL`,
  ).get(ref.name);
  if (row !== undefined) return toStack(row, row.name === ref.name);
  const twin = statements(
    'SELECT count(*) AS n FROM stacks INDEXED BY stacks_twin WHERE deleted_at IS NULL AND name = ?',
  );
  assertAll('stacks', 0, twin.get(ref.name));
  return undefined;
}

/** Finds a stack by what other tables call it. */
export function readStackById(statements: Statements, id: number): StackRow {
  const row = statements(`SELECT ${columns} FROM stacks WHERE id = ?`).get(id);
  if (row === undefined) throw damaged('table stacks', `row ${id}, which others name, is missing`);
  return toStack(row, row.id === id);
}

/** All living stacks, by name. */
export function readStacks(statements: Statements): StackRow[] {
  const rows = statements(
    `SELECT ${columns} FROM stacks INDEXED BY stacks_by_name WHERE deleted_at IS NULL ORDER BY name`,
  ).all();
  const twin = 'SELECT count(*) AS n FROM stacks INDEXED BY stacks_twin WHERE deleted_at IS NULL';
  assertAll('stacks', new Set(rows.map((row) => row.id)).size, statements(twin).get());
  return rows.map((row) => toStack(row, row.deleted_at === null));
}

function toStack(row: Row, isAsked: boolean): StackRow {
  const { id, name, head } = intact('stacks', row);
  if (!isAsked) throw damaged(`table stacks, row '${name}'`, 'an index leads to it by mistake');
  return { id: Number(id), head: parseColumn<Head>(head, 'a row of stacks') };
}
