import type { PreImageEntry, ResourceEntry } from '../../model/entry.ts';
import { canonicalJson } from '../../model/json.ts';
import { isOwn } from '../../model/origin.ts';
import { dependentsFirst } from './decideDeletions.ts';
import { objectKey } from './decideMoves.ts';

/** What is done about one object to bring it back to an earlier time. */
export type RestoreStep =
  /** The stack made it since. */
  | { readonly does: 'delete'; readonly address: string }
  /** The stack found it and changed it since: it becomes what it was, and is let go. */
  | { readonly does: 'put_back'; readonly address: string; readonly image: string }
  /** The stack found it since; `reason` says why it isn't put back, where something was changed. */
  | { readonly does: 'release'; readonly address: string; readonly reason: string }
  /** It stays, and the stack goes on looking after it. */
  | { readonly does: 'keep'; readonly address: string; readonly reason: string }
  /** It is brought to what was declared then, after it was put back where it had gone. */
  | { readonly does: 'apply'; readonly address: string; readonly image: string | null };

/** What a stack knew and knows; the same objects under the same addresses. */
export interface RestoreFacts {
  readonly current: ReadonlyMap<string, ResourceEntry>;
  readonly older: ReadonlyMap<string, ResourceEntry>;
  /** What objects were before they were changed since then, by name. */
  readonly images: ReadonlyMap<string, PreImageEntry>;
}

/**
 * What brings the objects of a stack back to an earlier time, in this order; pure. First what came since,
 * dependents first; then what was there, each after what it depends on.
 *
 * The rule: a stack deletes only what it made. What it found, it puts back as it was, or lets go; what is
 * protected stays.
 */
export function decideRestore({ current, older, images }: RestoreFacts): RestoreStep[] {
  const first = firstImages(images);
  const came = dependentsFirst(current).flatMap((address): RestoreStep[] => {
    const entry = current.get(address);
    const then = older.get(address);
    if (entry === undefined) return [];
    if (then !== undefined && objectKey(then) === objectKey(entry)) return [];
    return [awayWith(address, entry, first.get(objectKey(entry)))];
  });
  const were = dependentsFirst(older)
    .toReversed()
    .flatMap((address): RestoreStep[] => {
      const then = older.get(address);
      if (then === undefined) return [];
      const now = current.get(address);
      const isSameObject = now !== undefined && objectKey(now) === objectKey(then);
      const image = first.get(objectKey(then));
      if (isSameObject && image === undefined && isSame(then, now)) return [];
      const isGone = !isSameObject || image?.entry.status === 'replacing';
      const kept = isGone && image?.entry.unkept === '' ? image.name : null;
      return [{ does: 'apply', address, image: kept }];
    });
  return [...came, ...were];
}

function awayWith(
  address: string,
  entry: ResourceEntry,
  image: NamedImage | undefined,
): RestoreStep {
  const wasThere = image !== undefined && image.entry.origin !== 'made';
  if (entry.options.protect && (wasThere || entry.origin === 'made')) {
    return { does: 'keep', address, reason: 'it is protected' };
  }
  if (wasThere) {
    const { unkept } = image.entry;
    if (unkept === '') return { does: 'put_back', address, image: image.name };
    return { does: 'release', address, reason: `what it was could not be kept: ${unkept}` };
  }
  if (isOwn(entry) && entry.origin !== 'imported') return { does: 'delete', address };
  return { does: 'release', address, reason: '' };
}

interface NamedImage {
  readonly name: string;
  readonly entry: PreImageEntry;
}

/** What each object was before the first change, by `objectKey`. */
function firstImages(images: ReadonlyMap<string, PreImageEntry>): Map<string, NamedImage> {
  const first = new Map<string, NamedImage>();
  for (const [name, entry] of images) {
    const key = objectKey(entry);
    const known = first.get(key);
    if (known === undefined || entry.serial < known.entry.serial) first.set(key, { name, entry });
  }
  return first;
}

/** Whether an entry is as it was, times aside. */
function isSame(entry: ResourceEntry, now: ResourceEntry): boolean {
  return (
    canonicalJson([entry.status, entry.properties, entry.attributes]) ===
    canonicalJson([now.status, now.properties, now.attributes])
  );
}
