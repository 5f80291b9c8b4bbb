import type { StackFilter, StackRef, StackView } from '../../backend/StateBackend.ts';
import { contentOf } from '../../model/content.ts';
import type { Entry, Selection } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import { consistently } from './consistently.ts';
import { parseColumn } from './parseColumn.ts';
import { readDependents, readEntryRows } from './readEntryRows.ts';
import { readStack, readStacks } from './readStack.ts';
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
    read: (ref, selection) =>
      consistently(database, () => {
        const stack = readStack(statements, ref);
        if (stack === undefined) return undefined;
        const { id, head } = stack;
        return { head, content: contentOf(readEntries(statements, id, head, selection)) };
      }),
    list: (filter) => consistently(database, () => listHeads(statements, filter)),
  };
}

function listHeads(statements: Statements, filter: StackFilter): Head[] {
  const { name, status, dependsOn } = filter;
  const one = name === undefined ? undefined : readStack(statements, { name });
  const named = one === undefined ? [] : [one];
  const all = name === undefined ? readStacks(statements) : named;
  const dependents =
    dependsOn === undefined
      ? undefined
      : new Set(readDependents(statements, dependsOn).map((row) => Number(row.stack_id)));
  return all
    .filter(({ id }) => dependents === undefined || dependents.has(id))
    .map(({ head }) => head)
    .filter((head) => status === undefined || head.status === status);
}

function* readEntries(
  statements: Statements,
  id: number,
  head: Head,
  selection: Selection,
): Generator<Entry> {
  for (const each of selection) {
    for (const row of readEntryRows(statements, id, each)) {
      const where = `${each.kind} '${row.name}' of stack '${head.name}'`;
      const body = parseColumn(row.body, where);
      yield { kind: each.kind, name: String(row.name), body } as Entry;
    }
  }
}
