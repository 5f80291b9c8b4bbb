import { lookAt } from '../../files/lookAt.ts';
import { readText } from '../../files/readText.ts';
import { replaceFile } from '../../files/replaceFile.ts';
import type { Attributes, Properties, Provider } from '../../model/provider.ts';
import { linesOf, textFrom } from '../lines.ts';
import { traceOf } from '../ownership.ts';
import { pathIn } from '../pathIn.ts';
import { textOf } from '../property.ts';

/** Variables in a `.env` file; what else stands in it is somebody else's. */
export const dotenvProvider: Provider = {
  type: 'dotenv',
  properties: {
    path: { type: 'text', help: 'the file', required: true },
    values: { type: 'table', help: 'the variables and their values', required: true },
  },
  // Named after the variables themselves, which the declaration chooses.
  attributes: {},
  prepare: (properties, machine) => ({
    ...properties,
    path: pathIn(machine, textOf(properties, 'path')),
  }),
  identity: (properties) => textOf(properties, 'path'),
  expected: async (properties) => valuesOf(properties),

  async read(properties) {
    const path = textOf(properties, 'path');
    const stat = await lookAt(path);
    if (stat === undefined) return { exists: false };
    const known = parse((await readText(path)) ?? '');
    const declared = Object.keys(valuesOf(properties)).filter((name) => known.has(name));
    if (declared.length === 0) return { exists: false };
    return {
      exists: true,
      attributes: Object.fromEntries(declared.map((name) => [name, known.get(name) ?? ''])),
    };
  },

  async apply(properties) {
    const path = textOf(properties, 'path');
    const wanted = new Map(Object.entries(valuesOf(properties)));
    const lines = linesOf((await readText(path)) ?? '').map((line) => {
      const name = nameIn(line);
      const value = name === undefined ? undefined : wanted.get(name);
      if (name === undefined || value === undefined) return line;
      wanted.delete(name);
      return format(name, String(value));
    });
    for (const [name, value] of wanted) lines.push(format(name, String(value)));
    await replaceFile(path, textFrom(lines));
  },

  async delete(properties) {
    const path = textOf(properties, 'path');
    const text = await readText(path);
    if (text === undefined) return;
    const names = new Set(Object.keys(valuesOf(properties)));
    const kept = linesOf(text).filter((line) => !names.has(nameIn(line) ?? ''));
    if (kept.length < linesOf(text).length) {
      await replaceFile(path, textFrom(kept));
    }
  },

  async adopt(id, machine) {
    const path = pathIn(machine, id);
    const text = await readText(path);
    if (text === undefined) throw new Error(`there is nothing at ${path}`);
    return { path, values: Object.fromEntries(parse(text)) };
  },

  take: async (properties, actual) => ({
    ...properties,
    values: { ...valuesOf(properties), ...actual },
  }),

  trace: (properties) => traceOf(textOf(properties, 'path')),

  suggest(properties, attribute) {
    return `Set ${attribute} in ${textOf(properties, 'path')}`;
  },
};

function valuesOf({ values }: Properties): Attributes {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return {};
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

function nameIn(line: string): string | undefined {
  return /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/.exec(line)?.[1];
}

function parse(text: string): Map<string, string> {
  const pairs = linesOf(text).flatMap((line): [string, string][] => {
    const name = nameIn(line);
    return name === undefined ? [] : [[name, unquoted(line.slice(line.indexOf('=') + 1).trim())]];
  });
  return new Map(pairs);
}

function unquoted(text: string): string {
  if (/^'.*'$/.test(text)) return text.slice(1, -1);
  if (!/^".*"$/.test(text)) return text;
  return text.slice(1, -1).replaceAll(/\\(["\\n])/g, (_, each: string) => {
    return each === 'n' ? '\n' : each;
  });
}

/** Quoted where a plain word would be read otherwise. */
function format(name: string, value: string): string {
  if (/^[\w./:@%+,-]*$/.test(value)) return `${name}=${value}`;
  const escaped = value.replaceAll(/["\\]/g, (each) => `\\${each}`).replaceAll('\n', '\\n');
  return `${name}="${escaped}"`;
}
