/** Any value that survives a round trip through JSON. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object. Keys with `undefined` values are not allowed: they would vanish on the way. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/**
 * Serialises a value with sorted keys and no white space, so that equal values have equal text
 * and a hash over it is stable across machines and versions (the idea of RFC 8785).
 *
 * In: any value made of JSON types; object keys whose value is `undefined` are left out.
 * Out: the text. Throws `TypeError` on a value JSON can't hold (function, symbol, bigint, NaN,
 * infinity, a cycle): hashing something lossy would make two different states look the same.
 */
export function canonicalJson(value: unknown): string {
  return write(value, new Set());
}

function write(value: unknown, parents: Set<object>): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} is not a JSON number`);
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : writeContainer(value, parents);
    default:
      throw new TypeError(`a ${typeof value} is not JSON`);
  }
}

function writeContainer(value: object, parents: Set<object>): string {
  // What was read back from canonical text is in order already, and the runtime writes it far faster.
  if (isInOrder(value, [])) return JSON.stringify(value);
  if (parents.has(value)) throw new TypeError('a value that contains itself is not JSON');
  parents.add(value);
  const text = Array.isArray(value) ? writeArray(value, parents) : writeObject(value, parents);
  parents.delete(value);
  return text;
}

function writeArray(items: readonly unknown[], parents: Set<object>): string {
  return `[${items.map((item) => write(item, parents)).join(',')}]`;
}

function writeObject(value: object, parents: Set<object>): string {
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${write(member, parents)}`);
  }
  return `{${members.join(',')}}`;
}

/** Deeper than this, a value may contain itself; whoever looks closer finds out. */
const DEEPEST = 200;

/** Whether the runtime would write a value just as `write` does; `false` also where it can't tell. */
function isInOrder(value: unknown, parents: object[]): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object': {
      if (value === null) return true;
      if (parents.length === DEEPEST || parents.includes(value) || 'toJSON' in value) return false;
      parents.push(value);
      const inOrder = Array.isArray(value)
        ? areInOrder(value, parents)
        : hasSortedKeys(value as Record<string, unknown>, parents);
      parents.pop();
      return inOrder;
    }
    default:
      return false;
  }
}

function areInOrder(items: readonly unknown[], parents: object[]): boolean {
  for (const item of items) if (!isInOrder(item, parents)) return false;
  return true;
}

function hasSortedKeys(value: Record<string, unknown>, parents: object[]): boolean {
  let last: string | undefined;
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (member === undefined) continue;
    if ((last !== undefined && key < last) || !isInOrder(member, parents)) return false;
    last = key;
  }
  return true;
}

/**
 * Whether two values are the same JSON, whatever the order of their keys; a key whose value is
 * `undefined` counts as left out. Ends at the first difference, so that telling unequal values apart
 * costs nothing.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => sameJson(item, b[index]));
  }
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const names = definedNames(one);
  if (names.length !== definedNames(other).length) return false;
  return names.every((name) => Object.hasOwn(other, name) && sameJson(one[name], other[name]));
}

function definedNames(value: Record<string, unknown>): string[] {
  return Object.keys(value).filter((name) => value[name] !== undefined);
}

/** Deeper than this, nothing is taken for JSON: it may contain itself, and what walks it has no room without end. */
const DEEPEST_TAKEN = 1000;

/**
 * Whether a value is JSON as it stands, so that nothing of it is lost or another when it is written and read back:
 * no `undefined`, no function, no `Date`, no number that isn't finite, no gap in a list, nothing that contains itself.
 */
export function isJson(value: unknown, depth = 0): value is JsonValue {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === DEEPEST_TAKEN) return false;
  if (Array.isArray(value)) {
    return (
      Object.keys(value).length === value.length && value.every((each) => isJson(each, depth + 1))
    );
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return (
    Object.getOwnPropertySymbols(value).length === 0 &&
    Object.values(value).every((each) => isJson(each, depth + 1))
  );
}
