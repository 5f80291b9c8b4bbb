import type { ReachCrashPoint } from '../../backend/crashPoint.ts';
import type { Append, AppendOutcome } from '../../backend/StateBackend.ts';
import { evolveHead } from '../../model/evolveHead.ts';
import { emptyHead } from '../../model/head.ts';
import { insertCommit, projectCommit, upsertStack } from './projectCommit.ts';
import { readStack } from './readStack.ts';
import type { Database } from './sqlite.ts';
import type { Statements } from './statements.ts';
import { transaction } from './transaction.ts';

/**
 * Appends what several writers wait for in one transaction, hence one flush to the disk. Each append
 * succeeds or is refused for itself: its conditions are looked at inside the transaction, before
 * anything of it is written, so a refusal leaves nothing to undo.
 *
 * Throws what SQLite throws; then nothing of the group was written.
 */
export function appendGroup(
  database: Database,
  statements: Statements,
  group: readonly Append[],
  reach: ReachCrashPoint,
): AppendOutcome[] {
  const outcomes = transaction(database, 'BEGIN IMMEDIATE', () => {
    reach('append.begun');
    const each = group.map((append) => appendOne(statements, append, reach));
    reach('append.projected');
    return each;
  });
  reach('append.durable');
  return outcomes;
}

function appendOne(statements: Statements, append: Append, reach: ReachCrashPoint): AppendOutcome {
  const [first] = append.commits;
  if (first === undefined) return { status: 'appended' };
  const known = readStack(statements, { lineage: append.lineage });
  const before = known?.head ?? emptyHead(append.lineage);
  if (first.serial !== before.serial + 1 || first.parent !== before.hash) {
    return { status: 'conflict' };
  }
  const taken = takenName(statements, append);
  if (taken !== undefined) return { status: 'name_taken', name: taken };
  writeChunks(statements, append);
  const after = append.commits.reduce(evolveHead, before);
  // The row comes first: commits, entries and events refer to it.
  const stackId = upsertStack(statements, after, known?.id);
  let head = before;
  for (const commit of append.commits) {
    head = evolveHead(head, commit);
    insertCommit(statements, stackId, commit);
    reach('append.logged');
    projectCommit(statements, stackId, commit, head);
  }
  return { status: 'appended' };
}

function takenName(statements: Statements, append: Append): string | undefined {
  for (const commit of append.commits) {
    for (const change of commit.changes) {
      if (change.type !== 'stack.put' || change.name === undefined) continue;
      const other = readStack(statements, { name: change.name });
      if (other !== undefined && other.head.lineage !== append.lineage) return change.name;
    }
  }
  return undefined;
}

function writeChunks(statements: Statements, append: Append): void {
  for (const { hash, bytes } of append.chunks ?? []) {
    statements('INSERT INTO chunks (hash, bytes) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING').run(
      hash,
      bytes,
    );
  }
}
