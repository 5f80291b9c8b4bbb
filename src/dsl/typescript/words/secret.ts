import { requireScope } from '../callHost.ts';
import { toJson } from '../toJson.ts';

/**
 * Marks a value as secret and returns it: each of its texts is masked in logs, events and stored
 * output from now on, and whatever holds one is stored encrypted.
 */
export function secret<T>(value: T): T {
  requireScope('secret').host.secret(toJson(value, 'the secret'));
  return value;
}
