import { formatTime } from '../../sdk/presentation.ts';

/** A moment as it was told, ISO 8601, as people read it: local, `2025-10-10 14:41:31`. */
export function localTime(time: string): string {
  return formatTime(Date.parse(time));
}
