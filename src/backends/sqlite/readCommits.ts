import type { Commit, CommitBody } from '../../model/commit.ts';
import { parseColumn } from './SqliteReader.ts';
import type { Statements } from './statements.ts';

/** Reads a range of a log, oldest first; bounds as in the backend's contract. */
export function readCommits(
  statements: Statements,
  lineage: string,
  range: { readonly after?: number; readonly upTo?: number; readonly limit?: number },
): Commit[] {
  const rows = statements(
    `SELECT serial, parent, hash, body FROM commits
     WHERE stack_id = (SELECT id FROM stacks WHERE lineage = ?) AND serial > ? AND serial <= ?
     ORDER BY serial LIMIT ?`,
  ).all(
    lineage,
    range.after ?? 0,
    range.upTo ?? Number.MAX_SAFE_INTEGER,
    range.limit ?? Number.MAX_SAFE_INTEGER,
  );
  return rows.map((row) => {
    const body = parseColumn<CommitBody>(row.body, `commit ${row.serial} of ${lineage}`);
    // The serial of the row, not of the body: verification must see when they disagree.
    return {
      ...body,
      serial: Number(row.serial),
      parent: String(row.parent),
      hash: String(row.hash),
    };
  });
}
