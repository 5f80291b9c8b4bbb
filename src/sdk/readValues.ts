import { readFile } from 'node:fs/promises';
import { SlothError } from '../errors/SlothError.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';

/**
 * The values of a run: a YAML or JSON file (or what the project says), with single ones set over it (`a.b=3`). A text that
 * reads as JSON is taken as that (`true`, `3`, `[1]`), any other as itself.
 */
export async function readValues(
  file: string | undefined,
  settings: readonly string[],
  base: JsonObject = {},
): Promise<JsonObject> {
  const values = file === undefined ? structuredClone(base) : await readValuesFile(file);
  for (const setting of settings) {
    const [key, text] = splitPair(setting, '--set');
    setPath(values, key.split('.'), scalarOf(text), setting);
  }
  return values;
}

/** `key=value` pairs as texts, for the parameters of a run. */
export function readPairs(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => splitPair(pair, '--param')));
}

async function readValuesFile(file: string): Promise<JsonObject> {
  const { parse } = await import('yaml');
  let parsed: unknown;
  try {
    parsed = parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new SlothError('workflow.values_invalid', { where: file, reason }, { cause });
  }
  if (parsed === null || parsed === undefined) return {};
  if (typeof parsed === 'object' && !Array.isArray(parsed)) return parsed as JsonObject;
  throw new SlothError('workflow.values_invalid', { where: file, reason: 'it is no table' });
}

function splitPair(pair: string, flag: string): [string, string] {
  const at = pair.indexOf('=');
  if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
  const reason = "it has no '='";
  throw new SlothError('workflow.values_invalid', { where: `${flag} ${pair}`, reason });
}

function scalarOf(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // Not JSON: then it is simply a text.
    return text;
  }
}

function setPath(
  target: JsonObject,
  path: readonly string[],
  value: JsonValue,
  pair: string,
): void {
  const [key = '', ...rest] = path;
  if (key === '' || key === '__proto__') {
    const reason = 'a part of its key is empty or reserved';
    throw new SlothError('workflow.values_invalid', { where: `--set ${pair}`, reason });
  }
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inside = target[key];
  const isTable = typeof inside === 'object' && inside !== null && !Array.isArray(inside);
  const table: JsonObject = isTable ? inside : {};
  target[key] = table;
  setPath(table, rest, value, pair);
}
