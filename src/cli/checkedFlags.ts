import { parseDuration, SlothError } from '../sdk/presentation.ts';
import { type CommandInput, textFlag } from './CommandSpec.ts';

/** A flag that holds a duration, in milliseconds. */
export function durationFlag(
  input: CommandInput,
  name: string,
  command: string,
): number | undefined {
  const text = textFlag(input, name);
  if (text === undefined) return undefined;
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  const reason = `--${name} '${text}' is no duration such as 30s, 5m or 1h`;
  throw new SlothError('usage.invalid', { reason, command });
}

/** A flag that limits a list to its newest, as options for the runner; 0 stands for all. */
export function limitFlag(
  input: CommandInput,
  command: string,
  otherwise: number,
): { readonly limit?: number } {
  const text = textFlag(input, 'limit') ?? String(otherwise);
  if (!/^\d+$/.test(text)) {
    const reason = `--limit '${text}' is no number`;
    throw new SlothError('usage.invalid', { reason, command });
  }
  return text === '0' ? {} : { limit: Number(text) };
}
