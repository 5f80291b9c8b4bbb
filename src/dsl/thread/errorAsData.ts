import type { ErrorCode, ErrorDetails } from '../../errors/catalogue.ts';
import { type ErrorSource, isSlothError, SlothError } from '../../errors/SlothError.ts';

/** An error on its way from one thread to another. */
export type ErrorData =
  | {
      readonly kind: 'ours';
      readonly code: ErrorCode;
      readonly details: object;
      readonly source: ErrorSource | undefined;
      readonly cause: string | undefined;
    }
  | { readonly kind: 'other'; readonly message: string; readonly stack: string };

/** A thrown value as plain data: one of ours keeps its code, facts and place. */
export function errorAsData(thrown: unknown): ErrorData {
  if (isSlothError(thrown)) {
    const { code, details, source } = thrown;
    return { kind: 'ours', code, details, source, cause: stackOf(thrown.cause) };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { kind: 'other', message, stack: stackOf(thrown) ?? '' };
}

/** The error that was made into data. */
export function errorFromData(data: ErrorData): Error {
  if (data.kind === 'other') return withStack(new Error(data.message), data.stack);
  const { code, details, source, cause } = data;
  return new SlothError(code, details as ErrorDetails<ErrorCode>, {
    ...(source === undefined ? {} : { source }),
    ...(cause === undefined ? {} : { cause: withStack(new Error(''), cause) }),
  });
}

function stackOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : undefined;
}

function withStack(error: Error, stack: string): Error {
  if (stack !== '') error.stack = stack;
  return error;
}
