import { readFile, rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { JsonValue, Properties, Provider } from 'sloth-runner';

/** One value in a JSON file that others write, too: `{ path: 'app.json', key: 'port', value: 8080 }`. */
const jsonValue: Provider = {
  type: 'json_value',

  // What a declaration may say. Anything else is refused, with the nearest name as a hint.
  properties: {
    path: { type: 'text', help: 'the file', required: true },
    key: { type: 'text', help: 'the key at the top of the file', required: true },
    value: { type: 'text', help: 'the value as JSON', required: true },
  },

  // What an object looks like, and what it means when it looks otherwise.
  attributes: {
    value: { kind: 'configuration', severity: 'high', impact: 'The program works otherwise' },
  },

  // Called once, where the workflow lies. What it gives is all that the others ever see.
  prepare: (properties, machine) => ({
    ...properties,
    path: resolve(machine.workdir, String(properties.path)),
    value: JSON.stringify(JSON.parse(String(properties.value))),
  }),

  // Two declarations with the same identity are one object, which is refused.
  identity: ({ path, key }) => `${String(path)}#${String(key)}`,

  expected: async ({ value }) => ({ value: value ?? null }),

  // Never changes anything; throws where it can't see, and never guesses.
  async read(properties) {
    const known = await readObject(properties);
    const value = known?.[String(properties.key)];
    if (value === undefined) return { exists: false };
    return { exists: true, attributes: { value: JSON.stringify(value) } };
  },

  // Afterwards `read` has to give what is expected. It is read again, so it is no use to pretend.
  async apply(properties) {
    const known = (await readObject(properties)) ?? {};
    const value = JSON.parse(String(properties.value)) as JsonValue;
    await replace(properties, { ...known, [String(properties.key)]: value });
  },

  // Also where there is nothing to delete.
  async delete(properties) {
    const { [String(properties.key)]: gone, ...rest } = (await readObject(properties)) ?? {};
    if (gone !== undefined) await replace(properties, rest);
  },

  suggest: ({ path, key, value }) => `Set "${String(key)}" to ${String(value)} in ${String(path)}`,
};

export default jsonValue;

async function readObject({ path }: Properties): Promise<Record<string, JsonValue> | undefined> {
  try {
    return JSON.parse(await readFile(String(path), 'utf8')) as Record<string, JsonValue>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** In one step: whoever reads the file meanwhile sees the old one or the new. */
async function replace({ path }: Properties, object: object): Promise<void> {
  await writeFile(`${String(path)}.partial`, `${JSON.stringify(object, null, 2)}\n`);
  await rename(`${String(path)}.partial`, String(path));
}
