import type { DriftEntry } from '../../model/entry.ts';

/** How often each attribute (`file.config.mode`) drifted again after it was put right. */
export interface DriftFlips {
  readonly counts: ReadonlyMap<string, number>;
  /** What was put right since it was last seen drifted. */
  readonly fixed: ReadonlySet<string>;
}

/** Nothing seen yet. */
export const noFlips: DriftFlips = { counts: new Map(), fixed: new Set() };

/** How often somebody may undo a fix before it is taken as meant. */
export const MOST_FLIPS = 3;

/** What a look says about fixes that somebody undid; pure. */
export function evolveFlips(
  { counts, fixed }: DriftFlips,
  report: ReadonlyMap<string, DriftEntry>,
): DriftFlips {
  const next = new Map(counts);
  const left = new Set(fixed);
  for (const name of driftedIn(report)) {
    if (left.delete(name)) next.set(name, (next.get(name) ?? 0) + 1);
  }
  return { counts: next, fixed: left };
}

/** The same after these were put right; pure. */
export function withFixed(flips: DriftFlips, names: Iterable<string>): DriftFlips {
  return { ...flips, fixed: new Set([...flips.fixed, ...names]) };
}

/** The attributes that a report says have drifted, as `file.config.mode`; pure. */
export function driftedIn(report: ReadonlyMap<string, DriftEntry>): string[] {
  return [...report].flatMap(([address, { findings }]) =>
    findings.map((each) => `${address}.${each.attribute}`),
  );
}

/** The attributes about which there is a fight; pure. */
export function contested({ counts }: DriftFlips): string[] {
  return [...counts].filter(([, count]) => count >= MOST_FLIPS).map(([name]) => name);
}
