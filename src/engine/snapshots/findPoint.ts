import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { Content } from '../../model/content.ts';
import { parseDuration } from '../../model/duration.ts';
import type { SnapshotEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import { readPack } from '../../services/snapshots/pack/readPack.ts';
import { parsePoint } from '../../services/snapshots/parsePoint.ts';
import { contentAt } from '../../services/snapshots/readSnapshot.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { serialAt } from './serialAt.ts';

/** A time in the life of a stack. */
export interface Point {
  /** As it is told: `v38`, `#417`, `current`. */
  readonly label: string;
  readonly serial: number;
  /** Set where it is a snapshot. */
  readonly snapshot: SnapshotEntry | null;
}

/** Finds the time that a name stands for. Rejects with `snapshot.not_found`, with the nearest names. */
export type FindPoint = (text: string) => Promise<Point>;

/** Looks at a stack's snapshots once, to find any number of its times among them. */
export async function pointFinder(context: EngineContext, head: Head): Promise<FindPoint> {
  const { lineage, name: stack } = head;
  const view = await context.backend.read({ lineage }, [{ kind: 'snapshot' }]);
  const snapshots = view?.content.snapshot ?? new Map<string, SnapshotEntry>();
  const newest = view?.head.serial ?? head.serial;
  return async (text) => {
    const named = parsePoint(text, snapshots, await context.backend.now());
    if (named?.by === 'current') return { label: 'current', serial: newest, snapshot: null };
    if (named?.by === 'snapshot') {
      const snapshot = snapshots.get(named.version) ?? null;
      return { label: named.version, serial: snapshot?.serial ?? 0, snapshot };
    }
    const serial =
      named?.by === 'time' ? await serialAt(context, head, newest, named.at) : named?.serial;
    if (serial !== undefined && serial >= 1 && serial <= newest) {
      return { label: `#${serial}`, serial, snapshot: null };
    }
    const names = [...snapshots].flatMap(([version, { tags }]) => [version, ...tags]);
    const near = nearest(text, [...new Set(names)]);
    const latest = head.latestSnapshot?.version ?? '';
    throw new SlothError('snapshot.not_found', { stack, version: text, latest, near });
  };
}

/** As a `FindPoint`, for one name. */
export async function findPoint(context: EngineContext, head: Head, text: string): Promise<Point> {
  return (await pointFinder(context, head))(text);
}

/** As `findPoint`, for where only a moment makes sense: `2h` is as good as `@2h`. */
export function findMoment(context: EngineContext, head: Head, text: string): Promise<Point> {
  const isMoment = parseDuration(text) !== undefined || /^\d{4}-\d{2}/.test(text);
  return findPoint(context, head, isMoment ? `@${text}` : text);
}

/** The content of a stack at a time. */
export async function contentOfPoint(
  { backend }: EngineContext,
  { lineage }: Head,
  { serial, snapshot }: Point,
): Promise<Content> {
  if (snapshot === null) return contentAt(backend, lineage, serial);
  return readPack((hash) => backend.chunk(hash), snapshot.content.chunk);
}
