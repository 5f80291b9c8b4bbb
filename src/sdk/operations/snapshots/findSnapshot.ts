import type { EngineContext } from '../../../engine/context/EngineContext.ts';
import { findPoint } from '../../../engine/snapshots/findPoint.ts';
import { SlothError } from '../../../errors/SlothError.ts';
import type { SnapshotEntry } from '../../../model/entry.ts';
import type { Head } from '../../../model/head.ts';

/** A snapshot by its version. */
export interface FoundSnapshot {
  readonly version: string;
  readonly snapshot: SnapshotEntry;
}

/** The snapshot that a name stands for; a time that is none is refused with `snapshot.not_found`. */
export async function findSnapshot(
  context: EngineContext,
  head: Head,
  name: string,
): Promise<FoundSnapshot> {
  const { label, snapshot } = await findPoint(context, head, name);
  if (snapshot !== null) return { version: label, snapshot };
  const latest = head.latestSnapshot?.version ?? '';
  throw new SlothError('snapshot.not_found', { stack: head.name, version: name, latest, near: [] });
}
