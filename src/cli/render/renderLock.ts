import {
  appendAll,
  formatDuration,
  formatTime,
  type Lock,
  type LockCondition,
} from '../../sdk/presentation.ts';
import type { LockStatus } from '../../sdk/requests.ts';
import { onOneLine } from '../terminal/control.ts';
import type { Paint } from '../terminal/Terminal.ts';

/** The details of a lock, indented; `now` adds how long it has been held. */
export function renderLockDetails(lock: Lock, now?: number): string[] {
  const rows: [string, string][] = [
    ['Locked by', lock.lockedBy],
    ['Locked at', formatTime(lock.lockedAt)],
  ];
  if (lock.operation !== '') rows.push(['Operation', lock.operation]);
  if (lock.reason !== '') rows.push(['Reason', lock.reason]);
  rows.push(['Expires', formatTime(lock.expiresAt)]);
  if (now !== undefined) rows.push(['Duration', formatDuration(now - lock.lockedAt)]);
  return [
    'Lock Details:',
    ...rows.map(([label, value]) => `  ${`${label}:`.padEnd(14)}${onOneLine(value)}`),
  ];
}

/** `stack lock status`, as the specification shows it. */
export function renderLockStatus(
  { stack, lock, condition, waiters, now }: LockStatus,
  paint: Paint,
): string[] {
  const lines = [`Stack: ${stack}`, `Status: ${statusWords(condition, paint)}`];
  if (lock !== null) appendAll(lines, ['', ...renderLockDetails(lock, now)]);
  if (waiters.length > 0) {
    appendAll(lines, ['', 'Waiting:', ...waiters.map(({ by }, index) => `  ${index + 1}. ${by}`)]);
  }
  return lines;
}

/** What a lock is, in words; nobody is thrown out for being looked at. */
function statusWords(condition: LockCondition, paint: Paint): string {
  switch (condition) {
    case 'unlocked':
      return paint.good('UNLOCKED');
    case 'held':
      return paint.warn('LOCKED');
    case 'overdue':
      return `${paint.warn('LOCKED')} (${describeCondition(condition)})`;
    case 'expired':
      return `${paint.warn('EXPIRED')} (${describeCondition(condition)})`;
  }
}

/** What is worth knowing of a lock beside that it is there; empty for nothing. */
export function describeCondition(condition: LockCondition): string {
  if (condition === 'overdue') return 'expired, its holder still lives';
  return condition === 'expired' ? 'whoever takes it next gets it' : '';
}
