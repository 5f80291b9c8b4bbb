import { setTimeout as delay } from 'node:timers/promises';
import type { Properties, Provider, ProviderMachine } from '../model/provider.ts';

/** Seconds that are waited where nothing else is said. */
const PATIENCE = 30;
const POLL = 100;

/**
 * What applying a check is: looking until it is as expected, for so many seconds as `wait` says.
 * Rejects with what it still looked like at the end.
 */
export async function untilAsExpected(
  provider: Pick<Provider, 'expected' | 'read'>,
  properties: Properties,
  machine: ProviderMachine,
): Promise<void> {
  const seconds = typeof properties.wait === 'number' ? properties.wait : PATIENCE;
  const expected = await provider.expected(properties, machine);
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const actual = await provider.read(properties, machine);
    const found = actual.exists ? actual.attributes : {};
    const wrong = Object.keys(expected).filter((name) => found[name] !== expected[name]);
    if (wrong.length === 0) return;
    if (performance.now() >= end) {
      const told = wrong.map((name) => `${name} is ${JSON.stringify(found[name] ?? null)}`);
      throw new Error(`after ${seconds}s ${told.join(', ')}`);
    }
    await delay(POLL, undefined, { signal: machine.signal });
  }
}
