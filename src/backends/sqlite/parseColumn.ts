import { SlothError } from '../../errors/SlothError.ts';

/** Parses a JSON column; a damaged one is an error that names it, never a crash. */
export function parseColumn<T>(text: unknown, where: string): T {
  try {
    return JSON.parse(String(text)) as T;
  } catch (cause) {
    throw new SlothError('backend.corrupt', { where, reason: 'it holds no valid JSON' }, { cause });
  }
}
