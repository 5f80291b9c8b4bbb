import { readFile } from 'node:fs/promises';
import { digestOf } from '../../files/digestOf.ts';
import { setFileOwnership } from '../../files/ownership.ts';
import { replaceFile } from '../../files/replaceFile.ts';
import type { Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { fileProvider } from '../file/fileProvider.ts';
import { declaredIds, expectedOwnership } from '../ownership.ts';
import { optionalText, sameNamed, textOf } from '../property.ts';

/** What a template gives is not what its source gives. */
const { checksum: _checksum, ...withoutChecksum } = fileProvider.properties;

/**
 * A file made of a template: `{{name}}` is replaced by the value of that name. Where a `check` is
 * declared, it has to agree with the new file before that takes the old one's place.
 */
export const templateProvider: Provider = {
  ...fileProvider,
  type: 'template',
  properties: {
    ...withoutChecksum,
    values: { type: 'table', help: 'what the names in the template stand for' },
    check: { type: 'text', help: 'a command that looks at the file in CANDIDATE first' },
  },

  async expected(properties) {
    const content = digestOf(await rendered(properties));
    return { sort: 'file', content, ...expectedOwnership(properties) };
  },

  async apply(properties, actual, machine) {
    const [path, content] = [textOf(properties, 'path'), await rendered(properties)];
    if (actual.exists && actual.attributes.content === digestOf(content)) {
      await setFileOwnership(path, digestOf(content), await declaredIds(properties));
      return;
    }
    await replaceFile(path, content, {
      ...(await declaredIds(properties)),
      check: (candidate) => assertChecked(properties, candidate, machine),
    });
  },

  // What a template gave can't be read back into its values.
  take: async (properties, actual) => ({
    ...properties,
    ...sameNamed(properties, { ...actual, content: null }),
  }),

  suggest(properties, attribute) {
    if (attribute !== 'content') return fileProvider.suggest(properties, attribute);
    return `Write the rendered template to ${textOf(properties, 'path')}`;
  },
};

async function rendered(properties: Properties): Promise<string> {
  const source = optionalText(properties, 'source');
  const template =
    source === undefined ? textOf(properties, 'content') : await readFile(source, 'utf8');
  const { values } = properties;
  const known =
    typeof values === 'object' && values !== null && !Array.isArray(values) ? values : {};
  return template.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (_, name: string) => {
    const value = known[name];
    // A name without a value is a mistake; an empty place in a configuration is one that runs.
    if (value === undefined) throw new Error(`its template names '${name}', which has no value`);
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

async function assertChecked(
  properties: Properties,
  candidate: string,
  machine: ProviderMachine,
): Promise<void> {
  const check = optionalText(properties, 'check');
  if (check === undefined) return;
  const result = await machine.run(['/bin/sh', '-c', check], { env: { CANDIDATE: candidate } });
  if (result.exitCode === 0) return;
  const said = (result.stderr.trim() || result.stdout.trim()).split('\n').at(-1) ?? '';
  throw new Error(`its check refused the new file (status ${result.exitCode}): ${said}`);
}
