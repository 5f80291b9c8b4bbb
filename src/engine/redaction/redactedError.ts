import type { ErrorCode, ErrorDetails } from '../../errors/catalogue.ts';
import { SlothError, toSlothError } from '../../errors/SlothError.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Redactor } from './redactor.ts';

/** A value with every text in it masked; what is no plain data stays as it is. */
export function redacted<T>(redactor: Pick<Redactor, 'text'>, value: T): T {
  if (typeof value === 'string') return redactor.text(value) as T;
  if (Array.isArray(value)) return value.map((each) => redacted(redactor, each) as JsonValue) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, redacted(redactor, each)]),
  ) as T;
}

/** An error whose facts, source and cause hold no secret: what is thrown is printed, whoever threw it. */
export function redactedError(redactor: Pick<Redactor, 'text'>, thrown: unknown): SlothError {
  const { code, details, source, cause, stack } = toSlothError(thrown);
  const safe = new SlothError(code, redacted(redactor, details) as ErrorDetails<ErrorCode>, {
    ...(source === undefined ? {} : { source: redacted(redactor, source) }),
    ...(cause === undefined ? {} : { cause: redactedCause(redactor, cause) }),
  });
  if (stack !== undefined) safe.stack = redactor.text(stack);
  return safe;
}

function redactedCause(redactor: Pick<Redactor, 'text'>, cause: unknown): Error {
  const { message, stack = '' } = cause instanceof Error ? cause : new Error(String(cause));
  const safe = new Error(redactor.text(message));
  safe.stack = redactor.text(stack);
  return safe;
}
