import type { RetryStrategy } from '../../model/workflow.ts';

const STEP = 1000;
const LONGEST = 60_000;

/**
 * Milliseconds to wait after a failed attempt (counted from 1): always one step, a step more each
 * time, or twice as long each time, at most a minute. `random` in [0, 1) spreads the exponential
 * ones, so that many that failed together don't all come back together.
 */
export function retryDelay(strategy: RetryStrategy, attempt: number, random: number): number {
  switch (strategy) {
    case 'fixed':
      return STEP;
    case 'linear':
      return Math.min(LONGEST, STEP * attempt);
    case 'exponential':
      return Math.round(Math.min(LONGEST, STEP * 2 ** (attempt - 1)) * (0.5 + random / 2));
  }
}
