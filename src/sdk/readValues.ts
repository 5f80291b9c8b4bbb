import { readFile } from 'node:fs/promises';
import { SlothError } from '../errors/SlothError.ts';
import { strictText } from '../model/bytes.ts';
import { InexactNumber, parseExactJson } from '../model/exactJson.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';

/**
 * The values of a run: a YAML or JSON file (or what the project says), with single ones set over it
 * (`a.b=3`): as a scalar of YAML 1.2's core schema where writing it gives the same text again (`true`,
 * `3`, `null`), as a list or a table of JSON, and as a text otherwise. `texts` are always texts.
 */
export async function readValues(
  file: string | undefined,
  { settings = [], texts = [] }: ValueSettings,
  base: JsonObject = {},
): Promise<JsonObject> {
  const values = file === undefined ? structuredClone(base) : await readValuesFile(file);
  for (const setting of settings) {
    const [key, text] = splitPair(setting, '--set');
    setPath(values, key.split('.'), valueOf(text, `--set ${setting}`), `--set ${setting}`);
  }
  for (const setting of texts) {
    const [key, text] = splitPair(setting, '--set-string');
    setPath(values, key.split('.'), text, `--set-string ${setting}`);
  }
  return values;
}

/** Values that are set one by one, each as `a.b=value`. */
export interface ValueSettings {
  readonly settings?: readonly string[] | undefined;
  readonly texts?: readonly string[] | undefined;
}

/** `key=value` pairs as texts, for the parameters of a run. */
export function readPairs(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => splitPair(pair, '--param')));
}

async function readValuesFile(file: string): Promise<JsonObject> {
  const { parseExactYaml } = await import('../engine/machine/exactYaml.ts');
  let parsed: JsonValue | undefined;
  try {
    parsed = parseExactYaml(strictText(await readFile(file)));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlothError('workflow.values_invalid', { where: file, reason }, { cause });
  }
  if (parsed === null || parsed === undefined) return {};
  if (typeof parsed === 'object' && !Array.isArray(parsed)) return parsed;
  throw new SlothError('workflow.values_invalid', { where: file, reason: 'it is no table' });
}

function splitPair(pair: string, flag: string): [string, string] {
  const at = pair.indexOf('=');
  if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
  const reason = "it has no '='";
  throw new SlothError('workflow.values_invalid', { where: `${flag} ${pair}`, reason });
}

/**
 * A number is one only where it is written as numbers are: `1.10` and `1234567e8` are a version and a
 * tag, and would not come back as they were. Refuses a whole number that would be rounded, and a list or
 * a table with any number that would be another one.
 */
function valueOf(text: string, where: string): JsonValue {
  try {
    const parsed = parseExactJson(text);
    return typeof parsed === 'number' && String(parsed) !== text ? text : parsed;
  } catch (error) {
    // What is not JSON, and a number that is not written as numbers are, is simply a text.
    if (!(error instanceof InexactNumber) || /^-?\d+[.eE]/.test(text)) return text;
    const reason = `${error.message}, with --set-string`;
    throw new SlothError('workflow.values_invalid', { where, reason }, { cause: error });
  }
}

function setPath(
  target: JsonObject,
  path: readonly string[],
  value: JsonValue,
  pair: string,
): void {
  const [key = '', ...rest] = path;
  if (key === '') {
    const reason = 'a part of its key is empty';
    throw new SlothError('workflow.values_invalid', { where: pair, reason });
  }
  if (rest.length === 0) {
    setOwn(target, key, value);
    return;
  }
  const inside = Object.hasOwn(target, key) ? target[key] : undefined;
  const isTable = typeof inside === 'object' && inside !== null && !Array.isArray(inside);
  const table: JsonObject = isTable ? inside : {};
  setOwn(target, key, table);
  setPath(table, rest, value, pair);
}

/** `__proto__` is a key like any other: plain assignment would not make one. */
function setOwn(target: JsonObject, key: string, value: JsonValue): void {
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
