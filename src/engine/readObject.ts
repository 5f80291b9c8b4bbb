import { SlothError } from '../errors/SlothError.ts';
import type { ActualObject, Properties, Provider, ProviderMachine } from '../model/provider.ts';

/** How long reading one object may take, in milliseconds. */
const LIMIT = 30_000;

/** Objects that are read at the same time. */
export const READERS = 16;

/**
 * Reads an object within its time. Rejects with `resource.failed` where it can't be read: not
 * knowing is never the same as being in sync.
 */
export async function readObject(
  address: string,
  provider: Provider,
  properties: Properties,
  machine: ProviderMachine,
): Promise<ActualObject> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer after ${LIMIT / 1000}s`)), LIMIT);
  try {
    return await Promise.race([provider.read(properties, machine), late.promise]);
  } catch (cause) {
    throw resourceFailed(address, cause);
  } finally {
    clearTimeout(timer);
  }
}

/** Gives whatever a provider throws the address of the resource it is about. */
export function resourceFailed(address: string, cause: unknown): SlothError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SlothError('resource.failed', { address, reason }, { cause });
}

/** Does something for each of many, so many at a time; results in the order of the input. */
export async function inParallel<T, R>(
  items: readonly T[],
  most: number,
  action: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await action(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  return results;
}
