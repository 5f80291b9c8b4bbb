import { isSlothError, type SlothError } from '../../errors/SlothError.ts';

/** What a decision refused with, as data; `undefined` where it refused nothing. */
export function refusalOf(decide: () => unknown): Pick<SlothError, 'code' | 'details'> | undefined {
  try {
    decide();
    return undefined;
  } catch (error) {
    if (!isSlothError(error)) throw error;
    const { code, details } = error;
    return { code, details };
  }
}
