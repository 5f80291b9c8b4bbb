import { createHash } from 'node:crypto';
import { chunksOf, digestOf, digestOfSource } from '../../files/digestOf.ts';
import { withSource } from '../../files/openRegular.ts';
import type { FileContent } from '../../files/replaceFile.ts';
import type { Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { shellQuoted } from '../../model/shellQuoted.ts';
import { adoptFile, fileLike } from '../fileLike.ts';
import { pathIn } from '../pathIn.ts';
import { given, optionalText, textOf } from '../property.ts';

/** A file with a content: written here, or copied from a source. */
export const fileProvider: Provider = {
  ...fileLike({
    type: 'file',
    contentProperties: {
      content: { type: 'text', help: 'what it holds' },
      source: {
        type: 'text',
        help: 'a file or an URL to take the content from, instead of content',
      },
      checksum: {
        type: 'text',
        help: 'sha256:… of what source gives; with it an URL is asked only to apply',
      },
    },
    prepare(properties, machine) {
      const source = optionalText(properties, 'source');
      refuseChecksum(properties);
      return given({ source: source === undefined ? undefined : sourceIn(machine, source) });
    },
    async digest(properties, machine) {
      const [known, source] = [
        optionalText(properties, 'checksum'),
        optionalText(properties, 'source'),
      ];
      if (known !== undefined) return known;
      if (source === undefined) return digestOf(textOf(properties, 'content'));
      return isUrl(source) ? digestOfUrl(source, machine) : digestOfSource(source);
    },
    mayChange: ({ source, checksum }) => source !== undefined && checksum === undefined,
    async withContent(properties, machine, write) {
      const source = optionalText(properties, 'source');
      if (source === undefined) return write(textOf(properties, 'content'));
      if (isUrl(source)) return write(await fetched(source, machine));
      return withSource(source, ({ handle }) => write(chunksOf(handle)));
    },
    suggestContent(properties) {
      const [path, source] = [textOf(properties, 'path'), optionalText(properties, 'source')];
      if (source === undefined) return `Write the declared content to ${path}`;
      if (!isUrl(source)) return `$ cp ${shellQuoted(source)} ${shellQuoted(path)}`;
      // Somebody's password may stand in it.
      if (new URL(source).username !== '') return `Fetch its source, and write it to ${path}`;
      return `$ curl -fsSLo ${shellQuoted(path)} ${shellQuoted(source)}`;
    },
  }),
  adopt: adoptFile,
};

/** What a URL gives, as it comes. */
async function fetched(source: string, machine: ProviderMachine): Promise<FileContent> {
  const response = await machine.fetch(source, { signal: machine.signal });
  if (!response.ok) throw new Error(`${source} answers with status ${response.status}`);
  return response.body ?? new Uint8Array();
}

async function digestOfUrl(source: string, machine: ProviderMachine): Promise<string> {
  const hash = createHash('sha256');
  const content = await fetched(source, machine);
  if (typeof content === 'string' || content instanceof Uint8Array) return digestOf(content);
  for await (const chunk of content) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
}

function refuseChecksum(properties: Properties): void {
  const checksum = optionalText(properties, 'checksum');
  if (checksum === undefined) return;
  if (!/^sha256:[0-9a-f]{64}$/.test(checksum)) {
    throw new Error(`'${checksum}' is no checksum: write it as sha256: and 64 digits of 0-9a-f`);
  }
  if (properties.source === undefined) throw new Error("a 'checksum' is that of a 'source'");
}

function isUrl(source: string): boolean {
  return /^https?:\/\//.test(source);
}

function sourceIn(machine: ProviderMachine, source: string): string {
  return isUrl(source) ? source : pathIn(machine, source);
}
