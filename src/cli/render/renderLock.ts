import { formatDuration, formatTime, type Lock } from '../../sdk/presentation.ts';
import type { Paint } from '../terminal/Terminal.ts';

/** The details of a lock, indented; `now` adds how long it has been held. */
export function renderLockDetails(lock: Lock, now?: number): string[] {
  const rows: [string, string][] = [
    ['Locked by', lock.lockedBy],
    ['Locked at', formatTime(lock.lockedAt)],
  ];
  if (lock.operation !== '') rows.push(['Operation', lock.operation]);
  if (lock.reason !== '') rows.push(['Reason', lock.reason]);
  if (now !== undefined) rows.push(['Duration', formatDuration(now - lock.lockedAt)]);
  return ['Lock Details:', ...rows.map(([label, value]) => `  ${`${label}:`.padEnd(14)}${value}`)];
}

/** `stack lock status`, as the specification shows it. */
export function renderLockStatus(
  stack: string,
  lock: Lock | null,
  waiters: readonly { readonly by: string }[],
  now: number,
  paint: Paint,
): string[] {
  const status = lock === null ? paint.good('UNLOCKED') : paint.warn('LOCKED');
  const lines = [`Stack: ${stack}`, `Status: ${status}`];
  if (lock !== null) lines.push('', ...renderLockDetails(lock, now));
  if (waiters.length > 0) {
    lines.push('', 'Waiting:', ...waiters.map(({ by }, index) => `  ${index + 1}. ${by}`));
  }
  return lines;
}
