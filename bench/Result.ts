/** One line of the bench table. */
export interface Result {
  readonly what: string;
  readonly unit: 'ms' | 'MB';
  /** Median, in the unit. */
  readonly measured: number;
  /** What it was measured beside, in the same run. */
  readonly reference: string;
  /** In the same unit. */
  readonly referenceValue: number;
  /** The bound that the project promises, as a ratio to the reference or in the unit. */
  readonly bound: string;
  readonly ratio: number;
  readonly holds: boolean | null;
}

/** A result whose promise is a ratio to its reference. */
export function ratioResult(
  what: string,
  measured: number,
  reference: string,
  referenceValue: number,
  most: number,
  unit: Result['unit'] = 'ms',
): Result {
  const ratio = measured / referenceValue;
  return {
    what,
    measured,
    reference,
    referenceValue,
    unit,
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
  referenceValue: number,
  below: number,
): Result {
  const bound = `< ${below} ms`;
  const ratio = measured / referenceValue;
  return {
    what,
    measured,
    reference,
    referenceValue,
    unit: 'ms',
    bound,
    ratio,
    holds: measured < below,
  };
}

/** A result without a promise, told for comparison. */
export function plainResult(
  what: string,
  measured: number,
  reference: string,
  referenceValue: number,
): Result {
  const ratio = measured / referenceValue;
  return { what, measured, reference, referenceValue, unit: 'ms', bound: '', ratio, holds: null };
}

/** A result whose promise is an amount of memory, in megabytes. */
export function memoryResult(
  what: string,
  measured: number,
  reference: string,
  referenceValue: number,
  below: number,
): Result {
  const ratio = measured / referenceValue;
  const holds = measured < below;
  const bound = `< ${below} MB`;
  return { what, unit: 'MB', measured, reference, referenceValue, bound, ratio, holds };
}
