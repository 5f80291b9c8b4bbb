import { formatDuration, type ShownClockStep } from '../../sdk/presentation.ts';
import type { Paint } from '../terminal/Terminal.ts';
import { localTime } from './localTime.ts';

/** What a list with times says below, where some of them are known to be wrong; nothing otherwise. */
export function renderClockSteps(steps: readonly ShownClockStep[], paint: Paint): string[] {
  const lines = steps.map(
    ({ serial, from, to }) =>
      `${paint.warn('!')} the clock went back by ${formatDuration(Date.parse(from) - Date.parse(to))} before #${serial}: from ${localTime(from)} to ${localTime(to)}`,
  );
  return lines.length === 0 ? [] : ['', ...lines];
}
