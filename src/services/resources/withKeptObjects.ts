import type { ResourceEntry } from '../../model/entry.ts';
import { originOf } from '../../model/origin.ts';
import { objectKey } from './decideMoves.ts';

/**
 * The resources of an older time with those whose objects the stack has come to since; pure.
 *
 * The scenario that must not happen: the state goes back to before an object was made, the object stays,
 * and nobody knows any more whose it is: not `destroy`, and not a later restore. Where its address is
 * another object's then, it is the one that this has to take the place of.
 */
export function withKeptObjects(
  older: ReadonlyMap<string, ResourceEntry>,
  current: ReadonlyMap<string, ResourceEntry>,
): Map<string, ResourceEntry> {
  const resources = new Map(older);
  const known = new Set([...older.values()].map(objectKey));
  for (const [address, entry] of current) {
    // What was never made claims nothing.
    if (known.has(objectKey(entry)) || entry.absent === true) continue;
    const then = older.get(address);
    resources.set(address, then === undefined ? entry : takingPlaceOf(then, entry));
  }
  return resources;
}

/** Both have one address, so what is sealed of the one can be opened as a part of the other. */
function takingPlaceOf(
  then: ResourceEntry,
  { identity, properties, ...now }: ResourceEntry,
): ResourceEntry {
  if (then.replaced !== undefined || then.host !== now.host) return then;
  return { ...then, replaced: { identity, properties, origin: originOf(now) } };
}
