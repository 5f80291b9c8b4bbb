import {
  appendAll,
  formatDuration,
  type LockCondition,
  type ShownLock,
  type ShownLockStatus,
} from '../../sdk/presentation.ts';
import { onOneLine } from '../terminal/control.ts';
import type { Paint } from '../terminal/Terminal.ts';
import { localTime } from './localTime.ts';

/** The details of a lock, indented; `now` adds how long it has been held. */
export function renderLockDetails(lock: ShownLock, now?: string): string[] {
  const rows: [string, string][] = [
    ['Locked by', lock.locked_by],
    ['Locked at', localTime(lock.locked_at)],
  ];
  if (lock.operation !== '') rows.push(['Operation', lock.operation]);
  if (lock.reason !== '') rows.push(['Reason', lock.reason]);
  rows.push(['Expires', localTime(lock.expires_at)]);
  if (now !== undefined) {
    const held = Date.parse(now) - Date.parse(lock.locked_at);
    rows.push(['Duration', formatDuration(held)]);
  }
  return [
    'Lock Details:',
    ...rows.map(([label, value]) => `  ${`${label}:`.padEnd(14)}${onOneLine(value)}`),
  ];
}

/** `stack lock status`, as the specification shows it. */
export function renderLockStatus(
  { stack, lock, condition, waiters, now }: ShownLockStatus,
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
