import type { StateBackend } from '../../backend/StateBackend.ts';
import type { Head } from '../../model/head.ts';

/** Consecutive commits whose times don't go back; both ends belong to it. */
interface Stretch {
  readonly first: number;
  readonly last: number;
}

type Looking = { readonly backend: StateBackend };

/**
 * The newest serial that was there at a time (epoch milliseconds); 0 before the first one. Where the clock
 * went back, that time may have come more than once: then the commit that comes closest to it counts, and
 * of several the newest.
 */
export async function serialAt(
  { backend }: Looking,
  { lineage }: Head,
  newest: number,
  at: number,
): Promise<number> {
  let [found, closest] = [0, Number.NEGATIVE_INFINITY];
  for (const stretch of (await stretchesOf(backend, lineage, newest)).toReversed()) {
    const serial = await lastIn(backend, lineage, stretch, at);
    const time = serial < stretch.first ? undefined : await timeOf(backend, lineage, serial);
    if (time === undefined || time <= closest) continue;
    [found, closest] = [serial, time];
  }
  return found;
}

/**
 * The newest serial that only commits older than a time lead to. One that a clock far ahead wrote says
 * a time that has not come yet (`now`): that keeps nothing.
 */
export async function serialBefore(
  { backend }: Looking,
  { lineage }: Head,
  newest: number,
  { at, now }: { readonly at: number; readonly now: number },
): Promise<number> {
  let found = 0;
  for (const stretch of await stretchesOf(backend, lineage, newest)) {
    const serial = await lastIn(backend, lineage, stretch, at);
    if (serial >= stretch.first) found = serial;
    if (serial === stretch.last) continue;
    const next = await timeOf(backend, lineage, serial + 1);
    if (next === undefined || next <= now) break;
  }
  return found;
}

async function stretchesOf(
  backend: StateBackend,
  lineage: string,
  newest: number,
): Promise<Stretch[]> {
  const view = await backend.read({ lineage }, [{ kind: 'clock' }, { kind: 'cut' }]);
  const [cut] = [...(view?.content.cut.values() ?? [])];
  const start = (cut?.serial ?? 0) + 1;
  const steps = [...(view?.content.clock.keys() ?? [])].map(Number);
  const firsts = [start, ...steps.filter((each) => each > start && each <= newest)];
  firsts.sort((a, b) => a - b);
  return firsts.map((first, index) => ({ first, last: (firsts[index + 1] ?? newest + 1) - 1 }));
}

/** The last commit of a stretch that is no newer than a time; the one before it where none is. */
async function lastIn(
  backend: StateBackend,
  lineage: string,
  { first, last }: Stretch,
  at: number,
): Promise<number> {
  let [low, high] = [first - 1, last];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const time = await timeOf(backend, lineage, middle);
    if (time !== undefined && time <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

async function timeOf(
  backend: StateBackend,
  lineage: string,
  serial: number,
): Promise<number | undefined> {
  const [commit] = await backend.commits(lineage, { after: serial - 1, upTo: serial, limit: 1 });
  return commit?.at;
}
