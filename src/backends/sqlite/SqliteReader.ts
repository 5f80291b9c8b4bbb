import type { StackFilter, StackRef, StackView } from '../../backend/StateBackend.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { contentOf } from '../../model/content.ts';
import type { Entry, Selection } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import type { Database } from './sqlite.ts';
import type { Statements } from './statements.ts';

/** What the frequent commands need of a database: reads of heads and entries, nothing else loaded. */
export interface SqliteReader {
  read(ref: StackRef, selection: Selection): StackView | undefined;
  list(filter: StackFilter): Head[];
}

/** Makes the reads of heads and entries on an open database. */
export function createSqliteReader(database: Database, statements: Statements): SqliteReader {
  return {
    read(ref, selection) {
      if (selection.length === 0) {
        const head = readHead(statements, ref);
        return head && { head, content: contentOf([]) };
      }
      return consistently(database, () => {
        const head = readHead(statements, ref);
        if (head === undefined) return undefined;
        return { head, content: contentOf(readEntries(statements, head, selection)) };
      });
    },
    list: (filter) => listHeads(statements, filter),
  };
}

function readHead(statements: Statements, ref: StackRef): Head | undefined {
  const row =
    'lineage' in ref
      ? statements('SELECT head FROM stacks WHERE lineage = ?').get(ref.lineage)
      : statements('SELECT head FROM stacks WHERE name = ? AND deleted_at IS NULL').get(ref.name);
  return row && parseColumn<Head>(row.head, 'a row of stacks');
}

function listHeads(statements: Statements, filter: StackFilter): Head[] {
  const conditions = ['deleted_at IS NULL'];
  const values: string[] = [];
  if (filter.status !== undefined) {
    conditions.push('status = ?');
    values.push(filter.status);
  }
  if (filter.name !== undefined) {
    conditions.push('name = ?');
    values.push(filter.name);
  }
  if (filter.dependsOn !== undefined) {
    conditions.push("id IN (SELECT stack_id FROM entries WHERE kind = 'dependency' AND name = ?)");
    values.push(filter.dependsOn);
  }
  const sql = `SELECT head FROM stacks WHERE ${conditions.join(' AND ')} ORDER BY name`;
  return statements(sql)
    .all(...values)
    .map((row) => parseColumn<Head>(row.head, 'a row of stacks'));
}

function* readEntries(statements: Statements, head: Head, selection: Selection): Generator<Entry> {
  const id = Number(statements('SELECT id FROM stacks WHERE lineage = ?').get(head.lineage)?.id);
  for (const { kind, name, prefix } of selection) {
    for (const row of entryRows(statements, id, kind, name, prefix)) {
      const where = `${kind} '${row.name}' of stack '${head.name}'`;
      yield { kind, name: String(row.name), body: parseColumn(row.body, where) } as Entry;
    }
  }
}

function entryRows(
  statements: Statements,
  id: number,
  kind: string,
  name: string | undefined,
  prefix: string | undefined,
): Record<string, unknown>[] {
  const base = 'SELECT name, body FROM entries WHERE stack_id = ? AND kind = ?';
  if (name !== undefined) return statements(`${base} AND name = ?`).all(id, kind, name);
  if (prefix === undefined) return statements(base).all(id, kind);
  return statements(`${base} AND name >= ? AND name < ?`).all(
    id,
    kind,
    prefix,
    `${prefix}\u{10ffff}`,
  );
}

/** Reads within one snapshot of the database, whatever others commit meanwhile. */
export function consistently<T>(database: Database, action: () => T): T {
  if (database.isTransaction) return action();
  database.exec('BEGIN');
  try {
    const result = action();
    database.exec('COMMIT');
    return result;
  } catch (thrown) {
    // The end of the transaction must not hide why it failed.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw thrown;
  }
}

/** Parses a JSON column; a damaged one is an error that names it, never a crash. */
export function parseColumn<T>(text: unknown, where: string): T {
  try {
    return JSON.parse(String(text)) as T;
  } catch (cause) {
    throw new SlothError('backend.corrupt', { where, reason: 'it holds no valid JSON' }, { cause });
  }
}
