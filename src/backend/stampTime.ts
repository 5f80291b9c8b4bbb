import { type Change, putEntry } from '../model/change.ts';
import { formatDuration } from '../model/duration.ts';
import { type Event, event } from '../model/event.ts';
import type { Head } from '../model/head.ts';

/** Clocks are set right by so much all the time; a log that steps back by less stands still instead. */
const TOLERANCE = 5000;

/** The time of a commit, and what it says about the times before it. */
export interface Stamp {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly changes: readonly Change[];
  readonly events: readonly Event[];
}

/**
 * Decides the time of the commit after a head: always what the clock says now, also where it says less
 * than before. A clock that was far ahead once would otherwise make every later time wrong. That it
 * went back is recorded, with both times: which of the two was wrong, no log can know.
 */
export function stampTime(head: Head, now: number): Stamp {
  const from = head.updatedAt;
  if (now >= from) return { at: now, changes: [], events: [] };
  if (from - now <= TOLERANCE) return { at: from, changes: [], events: [] };
  const serial = head.serial + 1;
  const message =
    `the clock went back by ${formatDuration(from - now)}: commit #${head.serial} of stack '${head.name}' ` +
    `says ${timeText(from)}, the next one ${timeText(now)}`;
  return {
    at: now,
    changes: [putEntry('clock', String(serial), { from, to: now })],
    events: [event('clock.stepped', 'log', message, { serial, from, to: now })],
  };
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}
