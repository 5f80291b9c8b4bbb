import { type FoldedLog, foldLog } from '../../backend/foldLog.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { Commit } from '../../model/commit.ts';
import type { CutEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import { CUT, compactCommand } from '../../services/snapshots/compactCommand.ts';
import { packLinks } from '../../services/snapshots/pack/packLinks.ts';
import { writeBase } from '../../services/snapshots/pack/writePack.ts';
import { decodeState, encodeState } from '../../services/snapshots/stateCodec.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { serialBefore } from '../snapshots/serialAt.ts';

/** Commits read at a time. */
const PAGE = 1000;

/** What a compaction removed. */
export interface CompactedLog {
  /** How many commits. */
  readonly removed: number;
  /** The log begins after this serial; 0 for a whole one. */
  readonly upTo: number;
}

/**
 * Removes the commits that are older than a time, in two steps: a commit that records where the log
 * begins from now on, with all that the removed ones gave, and then the removal. Killed in between, the
 * next compaction does the second step. Snapshots keep their content; what lies between them before the
 * cut can't be looked at any more.
 */
export async function compactLog(
  context: Pick<EngineContext, 'backend' | 'writer' | 'reach'>,
  head: Head,
  olderThan: number,
): Promise<CompactedLog> {
  const { backend } = context;
  const { lineage } = head;
  const known = await cutOf(context, lineage);
  // The newest commit stays: it is what the next one follows from.
  const times = { at: olderThan, now: await backend.now() };
  const upTo = Math.min(await serialBefore(context, head, head.serial, times), head.serial - 1);
  if (upTo > (known?.serial ?? 0)) {
    const state = await stateAt(context, lineage, known, upTo);
    const [last] = await backend.commits(lineage, { after: upTo - 1, limit: 1 });
    if (last === undefined)
      throw new SlothError('log.compacted', { stack: head.name, serial: upTo });
    const base = writeBase(state.content, upTo);
    const chunk = encodeState(state);
    const { hash, at } = last;
    const cut = { serial: upTo, hash, at, content: base.hash, state: chunk.hash };
    await context.writer(lineage).submit(compactCommand(cut, [...base.chunks, chunk]));
  }
  context.reach('log.cut');
  const cut = await cutOf(context, lineage);
  if (cut === undefined) return { removed: 0, upTo: 0 };
  const before = (await backend.commits(lineage, { upTo: cut.serial })).length;
  await backend.truncate(lineage, cut.serial);
  await backend.collectChunks(packLinks);
  return { removed: before, upTo: cut.serial };
}

/** Where a log begins; `undefined` for a whole one. */
export async function cutOf(
  { backend }: Pick<EngineContext, 'backend'>,
  lineage: string,
): Promise<CutEntry | undefined> {
  const view = await backend.read({ lineage }, [{ kind: 'cut', name: CUT }]);
  return view?.content.cut.get(CUT);
}

async function stateAt(
  { backend }: Pick<EngineContext, 'backend'>,
  lineage: string,
  cut: CutEntry | undefined,
  serial: number,
): Promise<FoldedLog> {
  const bytes = cut && (await backend.chunk(cut.state));
  let state = foldLog(lineage, [], bytes && decodeState(bytes));
  for (let after = cut?.serial ?? 0; after < serial; ) {
    const page: readonly Commit[] = await backend.commits(lineage, {
      after,
      upTo: serial,
      limit: PAGE,
    });
    state = foldLog(lineage, page, state);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.serial;
  }
  return state;
}
