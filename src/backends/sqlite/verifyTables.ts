import type { FoldedLog } from '../../backend/foldLog.ts';
import type { TableFault } from '../../backend/StateBackend.ts';
import type { Commit } from '../../model/commit.ts';
import { entriesOf } from '../../model/content.ts';
import { evolveHead } from '../../model/evolveHead.ts';
import { emptyHead } from '../../model/head.ts';
import { canonicalJson, type JsonValue } from '../../model/json.ts';
import { checkedEvents, isChecked, isIntact, type Row, rowKeys } from './checkedRows.ts';
import { consistently } from './consistently.ts';
import { migrate } from './migrate.ts';
import { insertCommit, projectChange, projectCommit, upsertStack } from './projectCommit.ts';
import { readCommits } from './readCommits.ts';
import { readStack } from './readStack.ts';
import { type Database, sqlite } from './sqlite.ts';
import { createStatements, type Statements } from './statements.ts';

/** Commits read at a time. */
const PAGE = 1000;

/** The tables that grow with the log. */
const LOGS: readonly string[] = ['commits', 'state_events'];
/** Numbers that SQLite gives out; another store, another number, and another checksum. */
const SURROGATES: readonly string[] = ['id', 'stack_id', 'checksum'];

/**
 * Compares every column of every row of a stack with what its log gives: the log is projected once more,
 * by the same code, into an empty database in memory. `start` is what the removed commits of a
 * compacted log gave. Out: what differs, at most `most` of it. The log itself is not verified here.
 */
export function verifyTables(
  database: Database,
  statements: Statements,
  lineage: string,
  { start, most }: { readonly start: FoldedLog | null; readonly most: number },
): TableFault[] {
  const scratch = new (sqlite().DatabaseSync)(':memory:');
  try {
    migrate(scratch, ':memory:', { now: 0, backUp: () => {} });
    scratch.exec('PRAGMA foreign_keys=OFF; BEGIN');
    return consistently(database, () => {
      const again = createStatements(scratch);
      const id = readStack(statements, { lineage })?.id ?? Number.NaN;
      const stackId = replay(statements, again, lineage, start);
      const faults: TableFault[] = [...straySums(statements, id, most)];
      for (const table of Object.keys(rowKeys) as (keyof typeof rowKeys)[]) {
        const from = start?.head.serial ?? 0;
        for (const fault of compareTable(table, [statements, id], [again, stackId], from)) {
          if (faults.length >= most) return faults;
          faults.push(fault);
        }
      }
      return faults;
    });
  } finally {
    scratch.close();
  }
}

/** A checksum of no event: the events would be counted as too few. */
function straySums(statements: Statements, id: number, most: number): TableFault[] {
  const stray = statements(
    `SELECT c.event_id AS event FROM event_checksums c
     LEFT JOIN state_events e ON e.id = c.event_id AND e.stack_id = c.stack_id
     WHERE c.stack_id = ? AND e.id IS NULL LIMIT ?`,
  ).all(id, most);
  return stray.map(({ event }) => {
    return { table: 'event_checksums', row: String(event), reason: 'it is of no event' };
  });
}

function replay(
  from: Statements,
  to: Statements,
  lineage: string,
  start: FoldedLog | null,
): number {
  let head = start?.head ?? emptyHead(lineage);
  const stackId = upsertStack(to, head);
  if (start !== null) projectStart(to, stackId, start);
  for (let after = head.serial; ; ) {
    const page: readonly Commit[] = readCommits(from, lineage, {
      after,
      limit: PAGE,
      asFound: true,
    });
    for (const commit of page) {
      head = evolveHead(head, commit);
      insertCommit(to, stackId, commit);
      projectCommit(to, stackId, commit, head);
    }
    const last = page.at(-1);
    if (last === undefined || last.serial <= after) break;
    after = last.serial;
  }
  return upsertStack(to, head, stackId);
}

/** What was removed is there as its result only; in which commit an entry was written, nobody knows. */
function projectStart(to: Statements, stackId: number, { head, content }: FoldedLog): void {
  const origin = { serial: 0 };
  for (const { kind, name, body } of entriesOf(content)) {
    projectChange(to, stackId, origin, { type: 'entry.put', kind, name, body } as never);
  }
  if (head.lock !== null) projectChange(to, stackId, origin, { type: 'lock.put', lock: head.lock });
}

function* compareTable(
  table: keyof typeof rowKeys,
  [actual, actualId]: readonly [Statements, number],
  [expected, expectedId]: readonly [Statements, number],
  from: number,
): Generator<TableFault> {
  const key: readonly string[] = rowKeys[table];
  const order = key.length === 0 ? '' : ` ORDER BY ${key.join(', ')}`;
  const where = table === 'stacks' ? 'id' : 'stack_id';
  const rows = table === 'state_events' ? checkedEvents('e.*') : `SELECT e.* FROM ${table} e`;
  // What a compaction has folded may still be there, where it was killed before it removed it.
  const after = LOGS.includes(table) ? ` AND serial > ${from}` : '';
  const sql = `${rows} WHERE e.${where} = ?${after}${order}`;
  const there = actual(sql).iterate(actualId) as Iterator<Row>;
  const wanted = expected(sql).iterate(expectedId) as Iterator<Row>;
  let [one, other] = [next(there), next(wanted)];
  while (one !== undefined || other !== undefined) {
    const side = compareKeys(one, other, key);
    const row = (side > 0 ? other : one) ?? {};
    const named = { table, row: key.map((name) => String(row[name])).join(' '), ...serialOf(row) };
    if (side < 0) yield { ...named, reason: 'the log knows nothing of it' };
    else if (side > 0) yield { ...named, reason: 'it is missing' };
    else {
      const column = differing(one ?? {}, other ?? {});
      if (column !== undefined) {
        yield { ...named, reason: `its ${column} is not what the log says` };
      } else if (isChecked(table) && !isIntact(table, row)) {
        const place = table === 'state_events' ? ' in event_checksums' : '';
        yield { ...named, reason: `its checksum${place} is not that of its content` };
      }
    }
    if (side <= 0) one = next(there);
    if (side >= 0) other = next(wanted);
  }
}

function next(rows: Iterator<Row>): Row | undefined {
  const { done, value } = rows.next();
  return done === true ? undefined : value;
}

/** Below 0: only the one is there, or comes first; above 0: only the other. */
function compareKeys(one: Row | undefined, other: Row | undefined, key: readonly string[]): number {
  if (one === undefined) return 1;
  if (other === undefined) return -1;
  for (const name of key) {
    const [a, b] = [one[name], other[name]];
    if (a === b) continue;
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
  }
  return 0;
}

function differing(actual: Row, expected: Row): string | undefined {
  return Object.keys(expected).find((column) => {
    if (SURROGATES.includes(column)) return false;
    // An entry that a compaction has folded: which commit it came from is not known any more.
    if (column === 'serial' && expected.serial === 0) return false;
    return comparable(actual[column]) !== comparable(expected[column]);
  });
}

/** A value as it is compared: the order of the keys in a text of JSON is nobody's business. */
function comparable(value: unknown): string {
  const text = value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
  if (!/^[[{]/.test(text)) return text;
  try {
    return canonicalJson(JSON.parse(text) as JsonValue);
  } catch {
    // A text that only looks like JSON is compared as it is.
    return text;
  }
}

function serialOf(row: Row): { readonly serial?: number } {
  return typeof row.serial === 'number' ? { serial: row.serial } : {};
}
