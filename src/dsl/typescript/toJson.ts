import { SlothError } from '../../errors/SlothError.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';

/**
 * A value of workflow code as a JSON value of its own, which later changes to the original don't
 * reach.
 *
 * In: the value and how to name it in an error (`the value of 'port'`). Members that are
 * `undefined` are left out, as everywhere in JavaScript. Throws `value.not_json`, naming the path,
 * where the value would not come back as what it was: functions, dates, maps, NaN, whole numbers that are too large,
 * lists with holes, cycles.
 */
export function toJson(value: unknown, where: string): JsonValue {
  return convert(value, where, { parents: new Set(), allowsRounded: false });
}

/**
 * As `toJson`, for what a file declares: with any number, since what an import found and wrote as a
 * declaration has to be what it is when it is read again.
 */
export function toDeclaredJson(value: unknown, where: string): JsonValue {
  return convert(value, where, { parents: new Set(), allowsRounded: true });
}

/** A walk through a value. */
interface Walk {
  /** What is being converted around the value: one that is in itself again has no end. */
  readonly parents: Set<object>;
  /** Whether a whole number may be one that JavaScript has rounded already. */
  readonly allowsRounded: boolean;
}

function convert(value: unknown, where: string, walk: Walk): JsonValue {
  const { parents, allowsRounded } = walk;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return refuse(where, `it is ${value}`);
    return !allowsRounded && mayBeRounded(value) ? refuse(where, roundedReason(value)) : value;
  }
  if (typeof value !== 'object') return refuse(where, kindOf(value));
  if (parents.has(value)) return refuse(where, 'it contains itself');
  parents.add(value);
  const copy = Array.isArray(value)
    ? convertList(value, where, walk)
    : convertObject(value, where, walk);
  parents.delete(value);
  return copy;
}

/** A whole number as large as an identifier of 64 bits: JavaScript rounds it before anybody can look. */
function mayBeRounded(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 2 ** 64;
}

function roundedReason(value: number): string {
  return `the number ${value} can't be kept whole, and may be rounded already; write it as a text`;
}

function convertList(items: readonly unknown[], where: string, walk: Walk): JsonValue[] {
  // Not `map`: it skips holes, which would come back as null.
  return Array.from(items, (item, index) => convert(item, `${where}[${index}]`, walk));
}

function convertObject(value: object, where: string, walk: Walk): JsonObject {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Any plain object's prototype is the last of its chain, also one from another realm.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    return refuse(where, `it is an instance of ${value.constructor.name}`);
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.map(([key, member]) => [key, convert(member, `${where}.${key}`, walk)]),
  );
}

function kindOf(value: unknown): string {
  return value === undefined ? 'it is undefined' : `it is a ${typeof value}`;
}

function refuse(where: string, reason: string): never {
  throw new SlothError('value.not_json', { where, reason });
}
