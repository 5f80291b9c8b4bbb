import type { DependencyEntry } from '../../model/entry.ts';
import { sameJson } from '../../model/json.ts';
import type { EntryDifference } from './pack/diffPacks.ts';
import type { Body } from './pack/PackNode.ts';

/**
 * Whether a difference between two contents is one that somebody may want to go back behind; pure. Every
 * run that reads an output of another stack notes when it did, and by which execution: that alone changes
 * nothing, or each run would have a snapshot of its own.
 */
export function isRealChange({ kind, before, after }: EntryDifference): boolean {
  if (kind !== 'dependency' || before === null || after === null) return true;
  return !sameJson(withoutMoments(before), withoutMoments(after));
}

/** A dependency with the names of the outputs that were read, and not when. */
function withoutMoments(body: Body): object {
  const { used, ...declared } = body as unknown as DependencyEntry;
  if (used === undefined) return declared;
  return { ...declared, used: [used.lineage, Object.keys(used.outputs).toSorted()] };
}
