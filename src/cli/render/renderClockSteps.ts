import { formatDuration, formatTime } from '../../sdk/presentation.ts';
import type { ClockStep } from '../../sdk/Runner.ts';
import type { Paint } from '../terminal/Terminal.ts';

/** What a list with times says below, where some of them are known to be wrong; nothing otherwise. */
export function renderClockSteps(steps: readonly ClockStep[], paint: Paint): string[] {
  const lines = steps.map(
    ({ serial, from, to }) =>
      `${paint.warn('!')} the clock went back by ${formatDuration(from - to)} before #${serial}: from ${formatTime(from)} to ${formatTime(to)}`,
  );
  return lines.length === 0 ? [] : ['', ...lines];
}
