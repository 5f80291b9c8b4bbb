/** One line of the bench table. */
export interface Result {
  readonly what: string;
  /** Median in milliseconds. */
  readonly measured: number;
  /** What it was measured beside, in the same run. */
  readonly reference: string;
  readonly referenceMs: number;
  /** The bound that the project promises, as a ratio to the reference or in milliseconds. */
  readonly bound: string;
  readonly ratio: number;
  readonly holds: boolean | null;
}

/** A result whose promise is a ratio to its reference. */
export function ratioResult(
  what: string,
  measured: number,
  reference: string,
  referenceMs: number,
  most: number,
): Result {
  const ratio = measured / referenceMs;
  return {
    what,
    measured,
    reference,
    referenceMs,
    bound: `≤ ${most} ×`,
    ratio,
    holds: ratio <= most,
  };
}

/** A result whose promise is a time. */
export function timeResult(
  what: string,
  measured: number,
  reference: string,
  referenceMs: number,
  below: number,
): Result {
  const bound = `< ${below} ms`;
  const ratio = measured / referenceMs;
  return { what, measured, reference, referenceMs, bound, ratio, holds: measured < below };
}

/** A result without a promise, told for comparison. */
export function plainResult(
  what: string,
  measured: number,
  reference: string,
  referenceMs: number,
): Result {
  const ratio = measured / referenceMs;
  return { what, measured, reference, referenceMs, bound: '', ratio, holds: null };
}
