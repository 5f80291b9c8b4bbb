import { parseDuration } from '../../model/duration.ts';
import type { SnapshotEntry } from '../../model/entry.ts';

/** A time in the life of a stack, as people name it. */
export type PointName =
  | { readonly by: 'current' }
  | { readonly by: 'serial'; readonly serial: number }
  /** Epoch milliseconds. */
  | { readonly by: 'time'; readonly at: number }
  | { readonly by: 'snapshot'; readonly version: string };

/**
 * Understands `v38`, a tag, `latest`, `latest~2`, `@2026-01-31T12:00`, `@2h` (ago), `#417` and
 * `current`; pure. `undefined` for a name that there is no such snapshot for. Of several snapshots with
 * one tag, the newest is meant; a version stands before a tag of the same name.
 */
export function parsePoint(
  text: string,
  snapshots: ReadonlyMap<string, SnapshotEntry>,
  now: number,
): PointName | undefined {
  if (text === 'current') return { by: 'current' };
  if (/^#\d+$/.test(text)) return { by: 'serial', serial: Number(text.slice(1)) };
  if (text.startsWith('@')) return parseTime(text.slice(1), now);
  const newestFirst = [...snapshots].sort(([, a], [, b]) => b.number - a.number);
  const back = /^latest(?:~(\d{1,9}))?$/.exec(text);
  const found =
    back === null
      ? (newestFirst.find(([version]) => version === text) ??
        newestFirst.find(([, { tags }]) => tags.includes(text)))
      : newestFirst[Number(back[1] ?? 0)];
  return found === undefined ? undefined : { by: 'snapshot', version: found[0] };
}

/** A moment, or how long ago it was. */
function parseTime(text: string, now: number): PointName | undefined {
  const ago = parseDuration(text);
  if (ago !== undefined) return { by: 'time', at: now - ago };
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : { by: 'time', at };
}
