import type { Caller } from './Call.ts';
import { mustMay } from './mustMay.ts';

/**
 * The name to act under: the caller's own, or one that was named on purpose. Throws `permission.denied` where
 * the caller may not act for others.
 */
export function actingFor(caller: Caller, named: string | undefined, stack: string): string {
  if (named === undefined || named === caller.actor) return caller.actor;
  mustMay(caller, 'act_for', stack);
  return named;
}
