import { SlothError } from '../../errors/SlothError.ts';

const MAX_LENGTH = 512;

/** Refuses what can't be the key of a value or an output, with `state.bad_key`. */
export function assertKey(key: string): void {
  if (key === '') throw new SlothError('state.bad_key', { key, reason: 'it is empty' });
  if (key.length > MAX_LENGTH) {
    const reason = `it has ${key.length} characters`;
    throw new SlothError('state.bad_key', { key: `${key.slice(0, 32)}…`, reason });
  }
  if (/\p{Cc}/u.test(key)) {
    throw new SlothError('state.bad_key', { key, reason: 'it holds control characters' });
  }
}
