import { canonicalJson, type JsonValue } from './json.ts';

/** What a value may stand for, before it is known: something of a resource, a task, another stack. */
export interface Reference {
  readonly kind: 'attribute' | 'output' | 'stack';
  /** Address of the resource, name of the task, or name of another stack. */
  readonly of: string;
  /** Which of its attributes (or properties), which of its outputs. */
  readonly name: string;
}

/** Gives what a reference stands for; `undefined` while that is not known. */
export type LookUp = (reference: Reference) => Promise<JsonValue | undefined>;

/** No text of a workflow has these on purpose: control characters, made for marking. */
const OPEN = '\u0001';
const BETWEEN = '\u0002';
const CLOSE = '\u0003';

const PATTERN = new RegExp(`${OPEN}([^${CLOSE}]*)${CLOSE}`, 'g');

/**
 * A reference as a text, so that both languages can put it together with other texts by whatever
 * means they have (the idea of the tokens of the Cloud Development Kits).
 */
export function referenceText({ kind, of, name }: Reference): string {
  return `${OPEN}${kind}${BETWEEN}${of}${BETWEEN}${name}${CLOSE}`;
}

/** How people read a reference: `file.config.path`. */
export function describeReference({ of, name }: Reference): string {
  return `${of}.${name}`;
}

/** Every reference in a value, each once, in the order they stand there. */
export function referencesIn(value: JsonValue): Reference[] {
  const found = new Map<string, Reference>();
  for (const text of texts(value)) {
    for (const [, inside = ''] of text.matchAll(PATTERN)) {
      const reference = parse(inside);
      if (reference !== undefined) found.set(inside, reference);
    }
  }
  return [...found.values()];
}

/**
 * The value with what its references stand for; `undefined` while one of them is not known. A text
 * that is nothing but a reference becomes its value, of whatever type; inside other text a value is
 * written out, a text as it is and all else as JSON.
 */
export async function resolveReferences<T extends JsonValue>(
  value: T,
  lookUp: LookUp,
): Promise<T | undefined> {
  const known = new Map<string, JsonValue>();
  for (const reference of referencesIn(value)) {
    const found = await lookUp(reference);
    if (found === undefined) return undefined;
    known.set(referenceText(reference), found);
  }
  return known.size === 0 ? value : (replace(value, known) as T);
}

function replace(value: JsonValue, known: ReadonlyMap<string, JsonValue>): JsonValue {
  if (typeof value === 'string') {
    const whole = known.get(value);
    if (whole !== undefined) return whole;
    return value.replaceAll(PATTERN, (mark) => {
      const found = known.get(mark) ?? '';
      return typeof found === 'string' ? found : canonicalJson(found);
    });
  }
  if (Array.isArray(value)) return value.map((each) => replace(each, known));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, replace(each, known)]),
  );
}

function parse(inside: string): Reference | undefined {
  const [kind, of, name] = inside.split(BETWEEN);
  if (of === undefined || name === undefined) return undefined;
  return kind === 'attribute' || kind === 'output' || kind === 'stack'
    ? { kind, of, name }
    : undefined;
}

function* texts(value: JsonValue): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const each of value) yield* texts(each);
  else if (value !== null && typeof value === 'object') {
    for (const each of Object.values(value)) yield* texts(each);
  }
}
