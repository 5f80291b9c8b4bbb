import type { SnapshotEntry } from '../../model/entry.ts';

/** Which snapshots are kept; each rule keeps by itself. */
export interface RetentionPolicy {
  /** Milliseconds that every snapshot is kept. */
  readonly keepFor: number;
  /** The newest so many. */
  readonly keepLast: number;
  /** The newest of each of the last so many days, weeks, months that have one (UTC). */
  readonly keepDaily: number;
  readonly keepWeekly: number;
  readonly keepMonthly: number;
}

const DAY = 86_400_000;

/**
 * The versions that no rule keeps, oldest first; pure. Only what was made by itself is ever pruned:
 * what somebody tagged or protected, or made by hand, stays.
 */
export function selectPrunable(
  snapshots: ReadonlyMap<string, SnapshotEntry>,
  policy: RetentionPolicy,
  now: number,
): string[] {
  const newestFirst = [...snapshots].sort(([, a], [, b]) => b.number - a.number);
  const kept = new Set<string>();
  const keepNewestOf = (count: number, period: (at: number) => string): void => {
    const seen = new Set<string>();
    for (const [version, { createdAt }] of newestFirst) {
      const name = period(createdAt);
      if (seen.has(name)) continue;
      if (seen.size === count) return;
      seen.add(name);
      kept.add(version);
    }
  };
  for (const [version] of newestFirst.slice(0, policy.keepLast)) kept.add(version);
  keepNewestOf(policy.keepDaily, (at) => String(Math.floor(at / DAY)));
  // The first of January 1970 was a Thursday; weeks begin on Mondays.
  keepNewestOf(policy.keepWeekly, (at) => String(Math.floor((at / DAY + 3) / 7)));
  keepNewestOf(policy.keepMonthly, (at) => new Date(at).toISOString().slice(0, 7));
  return newestFirst
    .filter(([version, snapshot]) => {
      return (
        !kept.has(version) && isAutomatic(snapshot) && now - snapshot.createdAt > policy.keepFor
      );
    })
    .map(([version]) => version)
    .toReversed();
}

/** What the program itself tags with; any other tag is somebody's claim. */
const AUTOMATIC: ReadonlySet<string> = new Set(['auto', 'drift', 'destroy', 'restore']);

function isAutomatic({ creator, tags, protected: stays }: SnapshotEntry): boolean {
  if (stays || creator !== 'system' || !tags.includes('auto')) return false;
  return tags.every((tag) => AUTOMATIC.has(tag));
}
