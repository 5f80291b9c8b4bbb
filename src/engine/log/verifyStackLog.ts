import type { StateBackend, TableFault } from '../../backend/StateBackend.ts';
import { type LogVerdict, verifyLog } from '../../backend/verifyLog.ts';
import { appendAll } from '../../model/appendAll.ts';
import type { Commit } from '../../model/commit.ts';
import type { Head } from '../../model/head.ts';
import { decodeState } from '../../services/snapshots/stateCodec.ts';
import { cutOf } from './compactLog.ts';

/** Commits read at a time. */
const PAGE = 1000;

/** So many faults of tables are told. */
const MOST_FAULTS = 50;

/** What recomputing a stack's log gave; `compacted` is the serial after which it begins. */
export type StackLogVerdict = LogVerdict & {
  readonly compacted: number;
  /** Rows that are read from and are not what the log says, where the log itself is whole. */
  readonly faults: readonly TableFault[];
};

/**
 * Recomputes the whole log of a stack, up to a head that was read before, and compares what answers are
 * read from with it.
 */
export async function verifyStackLog(
  backend: StateBackend,
  { lineage, serial, hash }: Head,
): Promise<StackLogVerdict> {
  const cut = await cutOf({ backend }, lineage);
  const commits: Commit[] = [];
  for (let after = cut?.serial ?? 0; ; ) {
    const page = await backend.commits(lineage, {
      after,
      upTo: serial,
      limit: PAGE,
      asFound: true,
    });
    appendAll(commits, page);
    const last = page.at(-1);
    if (last === undefined || last.serial <= after) break;
    after = last.serial;
  }
  const verdict = verifyLog(commits, hash, cut);
  const compacted = cut?.serial ?? 0;
  if (!verdict.ok) return { ...verdict, compacted, faults: [] };
  const bytes = cut && (await backend.chunk(cut.state));
  const start = bytes === undefined ? null : decodeState(bytes);
  const faults = await backend.tableFaults(lineage, { start, most: MOST_FAULTS });
  const [first] = faults;
  if (first === undefined) return { ...verdict, compacted, faults };
  return {
    ok: false,
    broken: { serial: first.serial ?? serial, reason: describeFault(first) },
    compacted,
    faults,
  };
}

/** A fault of a table, in words. */
export function describeFault({ table, row, reason }: TableFault): string {
  return `table ${table}${row === '' ? '' : `, row '${row}'`}: ${reason}`;
}
