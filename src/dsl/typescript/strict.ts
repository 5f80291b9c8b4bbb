import { nearest } from '../../errors/nearest.ts';

/** What the runtime asks of any object, to see what it can do. */
const PROBES: readonly PropertyKey[] = ['then', 'toJSON'];

/**
 * An object whose unknown members are an error with the nearest name, thrown at the line that asks: without
 * it the runtime says only that something is no function. In: what it is, for the message.
 */
export function strict<T extends object>(what: string, object: T): T {
  return new Proxy(object, {
    get(target, key, receiver) {
      if (key in target || typeof key === 'symbol' || PROBES.includes(key)) {
        return Reflect.get(target, key, receiver) as unknown;
      }
      throw new Error(`${what} has no '${key}'; ${suggestion(key, Object.keys(target))}`);
    },
  });
}

function suggestion(key: string, names: readonly string[]): string {
  const near = nearest(key, names);
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : `it has: ${names.join(', ')}`;
}
