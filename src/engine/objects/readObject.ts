import { SlothError } from '../../errors/SlothError.ts';
import type {
  ActualObject,
  Properties,
  Provider,
  ProviderMachine,
  ReadBounds,
} from '../../model/provider.ts';

/** What holds for types that say nothing else. */
const BOUNDS: ReadBounds = { most: 16, timeout: 30_000 };

/** Objects that are read at the same time, whatever their type. */
export const READERS = 16;

/**
 * Reads an object within its time, and ends what the reading started when that is over. Rejects with
 * `resource.failed` where it can't be read: not knowing is never the same as being in sync.
 */
export async function readObject(
  address: string,
  provider: Provider,
  properties: Properties,
  machine: ProviderMachine,
): Promise<ActualObject> {
  const { timeout } = provider.bounds ?? BOUNDS;
  const late = Promise.withResolvers<never>();
  const reader = new AbortController();
  const timer = setTimeout(() => {
    late.reject(new Error(`no answer after ${timeout / 1000}s`));
    reader.abort();
  }, timeout);
  try {
    const within = machine.narrowed({ signal: reader.signal });
    return await Promise.race([provider.read(properties, within), late.promise]);
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

/** How many of a type are read at once. */
export function readersOf(provider: Provider | undefined): number {
  return (provider?.bounds ?? BOUNDS).most;
}

/**
 * Reads many, `READERS` at a time and of each group no more than it allows; results in the order of
 * the input. A slow type takes no more than its own share of the readers.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  groupOf: (item: T) => { readonly name: string; readonly most: number },
  action: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const groups = new Map<string, Group>();
  for (const [index, item] of items.entries()) {
    const { name, most } = groupOf(item);
    const group = groups.get(name) ?? { waiting: [], next: 0, running: 0, most };
    group.waiting.push(index);
    groups.set(name, group);
  }
  const take = (): readonly [Group, number] | undefined => {
    for (const group of groups.values()) {
      const index = group.waiting[group.next];
      if (index === undefined || group.running >= group.most) continue;
      group.next++;
      group.running++;
      return [group, index];
    }
    return undefined;
  };
  const work = async (): Promise<void> => {
    for (let taken = take(); taken !== undefined; taken = take()) {
      const [group, index] = taken;
      try {
        results[index] = await action(items[index] as T);
      } finally {
        group.running--;
      }
    }
  };
  const workers = Array.from({ length: Math.min(READERS, items.length) }, work);
  await Promise.all(workers);
  return results;
}

/** Items of one type, by their place in the input. */
interface Group {
  readonly waiting: number[];
  readonly most: number;
  next: number;
  running: number;
}
