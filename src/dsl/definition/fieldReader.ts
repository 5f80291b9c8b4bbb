import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { parseDuration } from '../../model/duration.ts';
import { describeReference, referencesIn } from '../../model/reference.ts';
import { spellingOf } from '../../model/spelling.ts';
import type { Action, SourcePosition } from '../../model/workflow.ts';

/** Reads the fields of a raw definition, each as what it must be, or refuses with the position. */
export interface FieldReader {
  text(key: string, fallback?: string): string;
  textOrNull(key: string): string | null;
  /** A list of texts; a single text counts as a list of one. */
  texts(key: string): string[];
  textsOrNull(key: string): string[] | null;
  textMap(key: string): Record<string, string>;
  /** Milliseconds, more than none. */
  duration(key: string): number | null;
  flag(key: string): boolean | null;
  count(key: string, least: number): number | null;
  action(key: string): Action | null;
  record(key: string): Readonly<Record<string, unknown>>;
  /** A key, as the language of the definition spells it. */
  word(key: string): string;
  refuse(reason: string, hint: string): never;
}

/**
 * Makes a reader.
 *
 * In: what is being defined, for messages (`task 'build'`); its fields; the keys it may have; where
 * it stands. Refuses unknown keys at once, with the nearest valid one: a misspelt `depends_no`
 * that is silently ignored would run tasks in the wrong order.
 */
export function createFieldReader(
  what: string,
  fields: Readonly<Record<string, unknown>>,
  allowed: readonly string[],
  at: SourcePosition,
): FieldReader {
  const refuse = (reason: string, hint: string): never => {
    throw new SlothError(
      'workflow.invalid',
      { reason: `${what}: ${reason}`, hint },
      { source: at },
    );
  };
  const { word, table } = spellingOf(at.file);
  const describe = (value: unknown): string => {
    if (Array.isArray(value)) return 'a list';
    if (isAction(value)) return 'a function';
    return typeof value === 'object' ? table : `a ${typeof value}`;
  };
  const wrong = (key: string, wanted: string): never => {
    const reason = `'${word(key)}' must be ${wanted}, not ${describe(fields[key])}`;
    return refuse(reason, `give '${word(key)}' ${wanted}`);
  };
  const isMissing = (key: string): boolean => fields[key] === undefined || fields[key] === null;

  for (const key of Object.keys(fields)) {
    if (allowed.includes(key)) continue;
    const words = allowed.map(word);
    const near = nearest(key, words);
    const hint =
      near.length > 0 ? `did you mean ${near.join(' or ')}?` : `it may have: ${words.join(', ')}`;
    refuse(`it has no '${key}'`, hint);
  }

  function textOrNull(key: string): string | null {
    const value = fields[key];
    if (isMissing(key)) return null;
    return typeof value === 'string' ? plain(key, value) : wrong(key, 'a text');
  }

  /** Only what a resource is made from waits for others; all else is fixed when the file is read. */
  function plain(key: string, text: string): string {
    // An output of another stack is known before anything begins.
    const reference = referencesIn(text).find(({ kind }) => kind !== 'stack');
    if (reference === undefined) return text;
    return refuse(
      `'${word(key)}' refers to ${describeReference(reference)}`,
      'only properties of resources can refer to others; a task reads the outputs it is given',
    );
  }

  function texts(key: string): string[] {
    const value = fields[key];
    if (isMissing(key)) return [];
    if (typeof value === 'string') return [value];
    if (isEmptyObject(value)) return [];
    const wanted = 'a text or a list of texts';
    if (!Array.isArray(value)) return wrong(key, wanted);
    // Not `every`, which skips the holes of a list.
    const index = Array.from(value).findIndex((each) => typeof each !== 'string');
    if (index < 0) return value as string[];
    const item: unknown = value[index];
    if (item !== undefined && item !== null) return wrong(key, wanted);
    return refuse(`item ${index + 1} of '${word(key)}' is missing`, 'is a name misspelt there?');
  }

  return {
    word,
    refuse,
    textOrNull,
    text: (key, fallback = '') => textOrNull(key) ?? fallback,
    texts,
    textsOrNull: (key) => (isMissing(key) ? null : texts(key)),
    textMap(key) {
      const value = fields[key];
      if (isMissing(key) || isEmptyList(value)) return {};
      if (typeof value !== 'object' || Array.isArray(value)) return wrong(key, `${table} of texts`);
      const entries = Object.entries(value as object).map(([name, each]): [string, string] => [
        name,
        isScalar(each) ? String(each) : wrong(key, `${table} of texts`),
      ]);
      return Object.fromEntries(entries);
    },
    duration(key) {
      const value = fields[key];
      if (isMissing(key)) return null;
      const wanted = 'a duration such as "30s" or "1h30m"';
      if (typeof value !== 'string' && typeof value !== 'number') return wrong(key, wanted);
      const milliseconds = parseDuration(String(value));
      if (milliseconds === undefined)
        return refuse(`'${word(key)}' is no duration: ${value}`, `give it ${wanted}`);
      if (milliseconds <= 0) return refuse(`${word(key)} must be > 0`, `give it ${wanted}`);
      return milliseconds;
    },
    flag(key) {
      const value = fields[key];
      if (isMissing(key)) return null;
      return typeof value === 'boolean' ? value : wrong(key, 'true or false');
    },
    count(key, least) {
      const value = fields[key];
      if (isMissing(key)) return null;
      const fits = typeof value === 'number' && Number.isInteger(value) && value >= least;
      return fits ? value : wrong(key, `a whole number of at least ${least}`);
    },
    action(key) {
      const value = fields[key];
      if (isMissing(key)) return null;
      if (typeof value === 'string') return { kind: 'shell', script: plain(key, value) };
      return isAction(value) ? value : wrong(key, 'a function or a command line');
    },
    record(key) {
      const value = fields[key];
      if (isMissing(key) || isEmptyList(value)) return {};
      const isRecord = typeof value === 'object' && !Array.isArray(value);
      return isRecord ? (value as Record<string, unknown>) : wrong(key, table);
    },
  };
}

function isAction(value: unknown): value is Action {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'function'
  );
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** An empty Lua table may be meant as a list or as a table; both read it as nothing. */
function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
