import { SlothError } from '../../../errors/SlothError.ts';
import { parseDuration } from '../../../model/duration.ts';

/** `"30s"`, `"1h30m"`; a bare number counts as seconds. */
export type Duration = string | number;

/** Milliseconds of a duration given to a word; refuses with the word's name what is none. */
export function toMilliseconds(word: string, duration: Duration): number {
  const milliseconds = parseDuration(String(duration));
  if (milliseconds !== undefined) return milliseconds;
  const reason = `'${duration}' is no duration; give one such as "30s"`;
  throw new SlothError('host.call_failed', { name: word, reason });
}
