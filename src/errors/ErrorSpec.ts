/** Exit statuses of the CLI; the same list stands in `--help` and the docs. */
export const ExitStatus = {
  done: 0,
  failed: 1,
  pending: 2,
  locked: 3,
  notFound: 4,
  usage: 64,
} as const;

export type ExitStatus = (typeof ExitStatus)[keyof typeof ExitStatus];

/**
 * One kind of error, as data: what happened, why, what to do now. `D` are the facts that fill the
 * sentences; they must never hold a secret, for they are printed, logged and sent as they are.
 */
export interface ErrorSpec<D extends object> {
  readonly exit: ExitStatus;
  readonly http: number;
  /** One sentence without a full stop: what happened. */
  readonly what: (details: D) => string;
  /** Why, where the sentence before doesn't say it already; an empty string for nothing. */
  readonly why: (details: D) => string;
  /** What to do now: a command to type wherever there is one. */
  readonly todo: (details: D) => string;
}

/** Types one entry of the catalogue. */
export function errorSpec<D extends object>(spec: ErrorSpec<D>): ErrorSpec<D> {
  return spec;
}
