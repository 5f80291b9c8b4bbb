import type { JsonValue } from '../../../model/json.ts';
import { callHost } from '../callHost.ts';
import { strict } from '../strict.ts';
import { toJson } from '../toJson.ts';

/**
 * The values of the stack. A call resolves only after the change is durable: what a workflow has
 * seen acknowledged survives a kill of the process.
 */
export const state = strict('state', {
  /** The value of a key, with the type it was set with; `undefined` when it is not there. */
  get<T extends JsonValue = JsonValue>(key: string): Promise<T | undefined> {
    return callHost('state.get', (host) => host.stateGet(key) as Promise<T | undefined>);
  },
  set(key: string, value: unknown): Promise<void> {
    return callHost('state.set', (host) =>
      host.stateSet(key, toJson(value, `the value of '${key}'`)),
    );
  },
  /** Resolves to whether the key was there. */
  delete(key: string): Promise<boolean> {
    return callHost('state.delete', (host) => host.stateDelete(key));
  },
  getAll(): Promise<Record<string, JsonValue>> {
    return callHost('state.getAll', (host) => host.stateGetAll());
  },
  has(key: string): Promise<boolean> {
    return callHost('state.has', async (host) => (await host.stateGet(key)) !== undefined);
  },
  /** All keys, sorted. */
  keys(): Promise<string[]> {
    return callHost('state.keys', async (host) => Object.keys(await host.stateGetAll()).sort());
  },
  /** Adds to a number (a missing key counts as 0) and resolves to the sum; atomic. */
  increment(key: string, by = 1): Promise<number> {
    return callHost('state.increment', (host) => host.stateIncrement(key, by));
  },
  /** Sets `next` only where the value is `expected` (`undefined`: is missing); atomic. */
  compareSwap(key: string, expected: unknown, next: unknown): Promise<boolean> {
    return callHost('state.compareSwap', (host) => {
      const wanted = expected === undefined ? undefined : toJson(expected, 'the expected value');
      return host.stateCompareSwap(key, wanted, toJson(next, `the value of '${key}'`));
    });
  },
});
