import { InexactNumber, parseExactJson } from '../../model/exactJson.ts';
import type { JsonValue } from '../../model/json.ts';
import { lastLines } from '../../model/lastLines.ts';
import type {
  ActualObject,
  Attributes,
  Properties,
  Provider,
  ProviderMachine,
} from '../../model/provider.ts';
import { leavingNoted, withoutLeft } from '../leftAlone.ts';
import { optionalText, textOf } from '../property.ts';

/**
 * Anything that scripts can read and change: what makes any tool a resource. `read` prints the
 * object's attributes as JSON, or nothing (or null) where it isn't there; `apply`, `delete` and `diff`
 * get wanted and current attributes as JSON in `WANTED` and `CURRENT`, and each one by itself as
 * `WANTED_<NAME>` and `CURRENT_<NAME>`.
 */
export const commandProvider: Provider = {
  type: 'command',
  properties: {
    read: { type: 'text', help: 'prints the attributes as JSON, or nothing', required: true },
    apply: { type: 'text', help: 'makes the object as it is wanted', required: true },
    delete: { type: 'text', help: 'removes the object' },
    diff: {
      type: 'text',
      help: 'prints the names that differ as a JSON list, where comparing is not enough',
    },
    attributes: { type: 'table', help: 'the attributes that are wanted', required: true },
    workdir: { type: 'text', help: 'where the scripts run' },
    id: { type: 'text', help: 'which object it is (default: its address in the stack)' },
  },
  attributes: {},
  prepare: (properties, machine) => ({
    ...properties,
    workdir: optionalText(properties, 'workdir') ?? machine.workdir,
  }),
  // Neither the folder nor the script says which object it is: both change, and it stays the same.
  identity: (properties) => textOf(properties, 'id'),
  undeletable: (properties) =>
    optionalText(properties, 'delete') === undefined ? 'it declares no delete script' : '',
  expected: async (properties) => withoutLeft(properties, wantedOf(properties)),

  async read(properties, machine): Promise<ActualObject> {
    const printed = await runScript('read', properties, { exists: false }, machine);
    const text = printed.trim();
    if (text === '' || text === 'null') return { exists: false };
    const attributes = parseAttributes(text);
    // Whatever else the script prints was not declared, and can't drift.
    const declared = Object.keys(wantedOf(properties)).filter((name) => name in attributes);
    const found = Object.fromEntries(declared.map((name) => [name, attributes[name] ?? null]));
    const told = await compared(properties, found, machine);
    return { exists: true, attributes: withoutLeft(properties, told) };
  },

  async apply(properties, actual, machine) {
    await runScript('apply', properties, actual, machine);
  },

  async delete(properties, machine) {
    if (optionalText(properties, 'delete') === undefined) return;
    const actual = await commandProvider.read(properties, machine);
    if (actual.exists) await runScript('delete', properties, actual, machine);
  },

  // Its scripts get what is there as what is wanted of these.
  leaving: (properties, attributes, actual) => {
    const wanted = Object.entries(wantedOf(properties)).map(([name, value]) => [
      name,
      attributes.includes(name) ? (actual[name] ?? value) : value,
    ]);
    return leavingNoted({ ...properties, attributes: Object.fromEntries(wanted) }, attributes);
  },

  take: async (properties, actual) => ({
    ...properties,
    attributes: { ...wantedOf(properties), ...actual },
  }),

  suggest: (properties) => `$ ${textOf(properties, 'apply')}`,
};

function wantedOf(properties: Properties): Attributes {
  const { attributes } = properties;
  const isTable =
    typeof attributes === 'object' && attributes !== null && !Array.isArray(attributes);
  return isTable ? attributes : {};
}

/** What its `diff` script calls the same is told as it is wanted: `1Gi` and `1024Mi`, say. */
async function compared(
  properties: Properties,
  actual: Attributes,
  machine: ProviderMachine,
): Promise<Attributes> {
  if (optionalText(properties, 'diff') === undefined) return actual;
  const printed = await runScript(
    'diff',
    properties,
    { exists: true, attributes: actual },
    machine,
  );
  const names = parseNames(printed.trim());
  const wanted = wantedOf(properties);
  return Object.fromEntries(
    Object.entries(actual).map(([name, value]) => [
      name,
      names.includes(name) ? value : (wanted[name] ?? value),
    ]),
  );
}

function parseNames(text: string): readonly string[] {
  const parsed = parseJson('diff', text);
  if (Array.isArray(parsed)) return parsed.map(String);
  throw new Error(`its diff script printed ${text.slice(0, 80)}, which is no list of names`);
}

async function runScript(
  name: 'read' | 'apply' | 'delete' | 'diff',
  properties: Properties,
  actual: ActualObject,
  machine: ProviderMachine,
): Promise<string> {
  const env = {
    ...variables('WANTED', wantedOf(properties)),
    ...variables('CURRENT', actual.exists ? actual.attributes : null),
  };
  const command = ['/bin/sh', '-c', textOf(properties, name)];
  const workdir = textOf(properties, 'workdir');
  const { exitCode, stdout, stderr } = await machine.run(command, { env, workdir });
  if (exitCode === 0) return stdout;
  const said = lastLines(stderr.trim() === '' ? stdout : stderr).join('\n');
  throw new Error(`its ${name} script ended with status ${exitCode}${said && `: ${said}`}`);
}

function variables(prefix: string, attributes: Attributes | null): Record<string, string> {
  const each = Object.entries(attributes ?? {}).map(([name, value]): [string, string] => [
    `${prefix}_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return { [prefix]: JSON.stringify(attributes), ...Object.fromEntries(each) };
}

function parseAttributes(text: string): Attributes {
  const parsed = parseJson('read', text);
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw new Error(`its read script printed ${text.slice(0, 80)}, which is no table`);
}

function parseJson(script: string, text: string): JsonValue {
  try {
    return parseExactJson(text);
  } catch (cause) {
    if (cause instanceof InexactNumber) {
      throw new Error(
        `its ${script} script printed something that would be altered: ${cause.message}`,
        { cause },
      );
    }
    throw new Error(`its ${script} script printed no JSON: ${text.slice(0, 80)}`, { cause });
  }
}
