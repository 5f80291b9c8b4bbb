import { bytesOfText, textOfBytes, toBytesText } from '../../files/bytesText.ts';
import { digestOf } from '../../files/digestOf.ts';
import { withSource } from '../../files/openRegular.ts';
import type { Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { fileLike } from '../fileLike.ts';
import { pathIn } from '../pathIn.ts';
import { given, optionalText, textOf } from '../property.ts';

/**
 * A file made of a template: `{{name}}` is replaced by the value of that name. Where a `check` is
 * declared, it has to agree with the new file before that takes the old one's place.
 */
export const templateProvider: Provider = fileLike({
  type: 'template',
  contentProperties: {
    content: { type: 'text', help: 'the template' },
    source: { type: 'text', help: 'a file that holds the template, instead of content' },
    values: { type: 'table', help: 'what the names in the template stand for' },
    check: { type: 'text', help: 'a command that looks at the file in CANDIDATE first' },
  },
  prepare(properties, machine) {
    const source = optionalText(properties, 'source');
    return given({ source: source === undefined ? undefined : pathIn(machine, source) });
  },
  digest: async (properties) => digestOf(await rendered(properties)),
  mayChange: ({ source }) => source !== undefined,
  withContent: async (properties, _machine, write) => write(await rendered(properties)),
  check: assertChecked,
  untakable: 'what a template gave is edited: bring the edit into the template',
  suggestContent: (properties) => `Write the rendered template to ${textOf(properties, 'path')}`,
});

/** Byte for byte as it stands in the template, but for the names. */
async function rendered(properties: Properties): Promise<Buffer> {
  const { values } = properties;
  const known =
    typeof values === 'object' && values !== null && !Array.isArray(values) ? values : {};
  const text = (await templateOf(properties)).replaceAll(
    /\{\{\s*([\w.]+)\s*\}\}/g,
    (_, name: string) => {
      const value = Object.hasOwn(known, name) ? known[name] : undefined;
      // A name without a value is a mistake; an empty place in a configuration is one that runs.
      if (value === undefined) throw new Error(`its template names '${name}', which has no value`);
      return toBytesText(typeof value === 'string' ? value : JSON.stringify(value));
    },
  );
  return bytesOfText(text);
}

/** The template, one character a byte. */
async function templateOf(properties: Properties): Promise<string> {
  const source = optionalText(properties, 'source');
  if (source === undefined) return toBytesText(textOf(properties, 'content'));
  return withSource(source, async ({ handle }) => textOfBytes(await handle.readFile()));
}

async function assertChecked(
  properties: Properties,
  machine: ProviderMachine,
  candidate: string,
): Promise<void> {
  const check = optionalText(properties, 'check');
  if (check === undefined) return;
  const result = await machine.run(['/bin/sh', '-c', check], { env: { CANDIDATE: candidate } });
  if (result.exitCode === 0) return;
  const said = (result.stderr.trim() || result.stdout.trim()).split('\n').at(-1) ?? '';
  throw new Error(`its check refused the new file (status ${result.exitCode}): ${said}`);
}
