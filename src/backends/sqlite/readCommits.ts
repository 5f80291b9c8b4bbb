import type { CommitRange } from '../../backend/StateBackend.ts';
import type { Commit, CommitBody } from '../../model/commit.ts';
import { checkedColumns, damaged, intact, type Row } from './checkedRows.ts';
import { parseColumn } from './parseColumn.ts';
import { readCut } from './readCut.ts';
import { readStack } from './readStack.ts';
import type { Statements } from './statements.ts';

/** Reads a range of a log, oldest first; one with a gap or a damaged row is `backend.corrupt`. */
export function readCommits(statements: Statements, lineage: string, range: CommitRange): Commit[] {
  const { after = 0, upTo = Number.MAX_SAFE_INTEGER, limit = Number.MAX_SAFE_INTEGER } = range;
  const stack = readStack(statements, { lineage });
  if (stack === undefined) return [];
  const rows = statements(
    `SELECT ${checkedColumns('commits')} FROM commits
     WHERE stack_id = ? AND serial > ? AND serial <= ? ORDER BY serial LIMIT ?`,
  ).all(stack.id, after, upTo, limit);
  const asFound = range.asFound === true;
  if (!asFound)
    assertDense(rows, {
      // Before the cut of a compacted log there is nothing, or what a kill left there to be removed.
      first: Math.max(after, readCut(statements, stack.id)) + 1,
      last: Math.min(upTo, stack.head.serial),
      isCut: rows.length === limit,
    });
  return rows.map((row) => {
    const { serial, parent, hash, body } = asFound ? row : intact('commits', row);
    const parsed = parseColumn<CommitBody>(body, `commit ${serial} of ${lineage}`);
    // The serial of the row, not of the body: verification must see when they disagree.
    return { ...parsed, serial: Number(serial), parent: String(parent), hash: String(hash) };
  });
}

/** Serials follow each other without a gap, at least from `first` to `last`. */
function assertDense(
  rows: readonly Row[],
  {
    first,
    last,
    isCut,
  }: { readonly first: number; readonly last: number; readonly isCut: boolean },
): void {
  let next = Math.min(first, Number(rows[0]?.serial ?? first));
  for (const { serial } of rows) {
    if (serial !== next) throw missing(next);
    next++;
  }
  if (!isCut && next <= last) throw missing(next);
}

function missing(serial: number): Error {
  return damaged(`table commits, row '${serial}'`, 'it is missing');
}
