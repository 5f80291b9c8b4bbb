import type { Selection } from '../../model/entry.ts';
import { assertAll, checkedColumns, damaged, intact, type Row } from './checkedRows.ts';
import type { Statements } from './statements.ts';

const columns = checkedColumns('entries');
const dependents = "entries INDEXED BY dependents WHERE kind = 'dependency'";

/** The rows of a stack's entries that one part of a selection asks for, by name. */
export function readEntryRows(
  statements: Statements,
  id: number,
  { kind, name, prefix }: Selection[number],
): Row[] {
  const { condition, values } = wanted(name, prefix);
  const asked = { stack_id: id, kind };
  const where = `stack_id = ? AND kind = ?${condition}`;
  const rows = statements(`SELECT name, serial, body, checksum FROM entries WHERE ${where}`).all(
    id,
    kind,
    ...values,
  );
  // One that is there by its whole name is all there can be.
  if (name === undefined || rows.length === 0) {
    const twin = `SELECT count(*) AS n FROM entries INDEXED BY entries_twin WHERE ${where}`;
    const different = new Set(rows.map((row) => row.name)).size;
    assertAll('entries', different, statements(twin).get(id, kind, ...values));
  }
  return rows.map((row) => {
    intact('entries', row, asked);
    if (name === undefined || row.name === name) return row;
    throw damaged(`table entries, row '${kind} ${row.name}'`, 'it is not at its place');
  });
}

function wanted(
  name: string | undefined,
  prefix: string | undefined,
): { readonly condition: string; readonly values: readonly string[] } {
  if (name !== undefined) return { condition: ' AND name = ?', values: [name] };
  if (prefix === undefined) return { condition: '', values: [] };
  return { condition: ' AND name >= ? AND name < ?', values: [prefix, `${prefix}\u{10ffff}`] };
}

/** The rows that say which stack needs which other; all, or those that need one by this name. */
export function readDependents(statements: Statements, name?: string): Row[] {
  const [values, own, twins] =
    name === undefined ? [[], '', ''] : [[name], ' AND name = ?1', ' AND e.name = ?1'];
  // Most stores have stacks that need nothing of each other, and are looked at often.
  const counted = statements(
    `SELECT (SELECT count(*) FROM ${dependents}${own}) AS there, (
       SELECT count(*) FROM stacks s CROSS JOIN entries e INDEXED BY entries_twin
       ON e.stack_id = s.id WHERE e.kind = 'dependency'${twins}
     ) AS n`,
  ).get(...values);
  assertAll('entries', Number(counted?.there), counted);
  if (counted?.n === 0) return [];
  const rows = statements(`SELECT ${columns} FROM ${dependents}${own}`).all(...values);
  assertAll('entries', new Set(rows.map((row) => `${row.stack_id} ${row.name}`)).size, counted);
  return rows.map((row) => intact('entries', row));
}
