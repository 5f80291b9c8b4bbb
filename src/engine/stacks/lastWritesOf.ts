import type { StateBackend } from '../../backend/StateBackend.ts';
import type { Commit } from '../../model/commit.ts';
import type { Head } from '../../model/head.ts';

/** Commits read at a time; the last one of an execution that died is mostly among the newest. */
const PAGE = 100;

/**
 * The epoch milliseconds of the last commit that each execution wrote, from the newest commit back; one
 * whose commits have been removed is left out.
 */
export async function lastWritesOf(
  backend: Pick<StateBackend, 'commits'>,
  { lineage, serial }: Head,
  executions: readonly string[],
): Promise<Map<string, number>> {
  const left = new Set(executions);
  const found = new Map<string, number>();
  for (let upTo = serial; upTo > 0 && left.size > 0; upTo -= PAGE) {
    const page = await backend.commits(lineage, { after: Math.max(0, upTo - PAGE), upTo });
    for (const commit of page.toReversed()) {
      for (const id of left) {
        if (!isOf(commit, id)) continue;
        found.set(id, commit.at);
        left.delete(id);
      }
    }
    if (page.length === 0) break;
  }
  return found;
}

/** The commit that begins an execution belongs to it, too, though it has no id before. */
function isOf({ execution, changes }: Commit, id: string): boolean {
  if (execution === id) return true;
  return changes.some((each) => each.type === 'execution.open' && each.execution.id === id);
}
