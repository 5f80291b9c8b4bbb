import type { SourcePosition } from '../model/workflow.ts';
import { catalogue, type ErrorCode, type ErrorDetails } from './catalogue.ts';
import type { ExitStatus } from './ErrorSpec.ts';

/** Where in a workflow file an error arose, with the text of that line where it could be read. */
export interface ErrorSource extends SourcePosition {
  readonly text?: string;
}

/** Marks our errors across copies of this module, where `instanceof` would not hold. */
const BRAND = Symbol.for('sloth-runner.error');

/** An error of the catalogue with its facts. Its sentences are made from them, never stored. */
export class SlothError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly details: ErrorDetails<C>;
  readonly source: ErrorSource | undefined;
  readonly [BRAND] = true;

  constructor(
    code: C,
    details: ErrorDetails<C>,
    options: { readonly cause?: unknown; readonly source?: ErrorSource } = {},
  ) {
    super('', options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'SlothError';
    this.code = code;
    this.details = details;
    this.source = options.source;
    this.message = describeError(this).what;
  }
}

/** An error's sentences and statuses, ready to render; plain data, safe to serialise. */
export interface ErrorDescription {
  readonly code: ErrorCode;
  readonly what: string;
  readonly why: string;
  readonly todo: string;
  readonly exit: ExitStatus;
  readonly http: number;
  readonly source?: ErrorSource;
}

/** Fills the sentences of an error's catalogue entry with its facts. */
export function describeError(error: SlothError): ErrorDescription {
  const spec = catalogue[error.code] as (typeof catalogue)['internal.bug'];
  const details = error.details as { reason: string };
  return {
    code: error.code,
    what: spec.what(details),
    why: spec.why(details),
    todo: spec.todo(details),
    exit: spec.exit,
    http: spec.http,
    ...(error.source ? { source: error.source } : {}),
  };
}

/** Tells our errors from everything else, also those of another copy of this module. */
export function isSlothError(value: unknown): value is SlothError {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** Whether a value is an error of one code: the only way to tell errors apart. */
export function hasCode<C extends ErrorCode>(value: unknown, code: C): value is SlothError<C> {
  return isSlothError(value) && value.code === code;
}

/** Turns anything thrown into a `SlothError`; what we did not foresee is a bug of ours and says so. */
export function toSlothError(thrown: unknown): SlothError {
  if (isSlothError(thrown)) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new SlothError('internal.bug', { reason }, { cause: thrown });
}
