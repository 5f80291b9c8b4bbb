import { readFile, unlink } from 'node:fs/promises';
import { digestOf } from '../../files/digestOf.ts';
import { lookAt, sortOf } from '../../files/lookAt.ts';
import { replaceFile } from '../../files/replaceFile.ts';
import type { ActualObject, Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import {
  actualOwnership,
  applyOwnership,
  declaredOwnership,
  expectedOwnership,
  ownershipAttributes,
  ownershipProperties,
  traceOf,
} from '../ownership.ts';
import { pathIn } from '../pathIn.ts';
import { given, optionalText, sameNamed, textOf } from '../property.ts';

/** A file with a content: written here, or copied from a source. */
export const fileProvider: Provider = {
  type: 'file',
  properties: {
    path: { type: 'text', help: 'where it lies', required: true },
    content: { type: 'text', help: 'what it holds' },
    source: { type: 'text', help: 'a file or an URL to take the content from, instead of content' },
    checksum: {
      type: 'text',
      help: 'sha256:… of what source gives; with it an URL is asked only to apply',
    },
    ...ownershipProperties,
  },
  attributes: {
    sort: {
      kind: 'resource',
      severity: 'high',
      impact: 'Something else lies in its place',
      replaces: true,
    },
    content: { kind: 'configuration', severity: 'high', impact: 'Works with another content' },
    ...ownershipAttributes,
  },

  place: (properties) => textOf(properties, 'path'),
  makesPlace: true,
  prepare(properties, machine) {
    const source = optionalText(properties, 'source');
    return {
      ...properties,
      path: pathIn(machine, textOf(properties, 'path')),
      ...given({ source: source === undefined ? undefined : sourceIn(machine, source) }),
    };
  },

  identity: (properties) => textOf(properties, 'path'),

  async expected(properties, machine) {
    const known = optionalText(properties, 'checksum');
    const content = known ?? digestOf(await contentOf(properties, machine));
    return { sort: 'file', content, ...expectedOwnership(properties) };
  },

  async read(properties): Promise<ActualObject> {
    const path = textOf(properties, 'path');
    const stat = await lookAt(path);
    if (stat === undefined) return { exists: false };
    if (!stat.isFile()) return { exists: true, attributes: { sort: sortOf(stat) } };
    const content = digestOf(await readFile(path));
    const ownership = await actualOwnership(properties, stat);
    return { exists: true, attributes: { sort: 'file', content, ...ownership } };
  },

  async apply(properties, actual, machine): Promise<void> {
    const path = textOf(properties, 'path');
    const { content: wanted } = await fileProvider.expected(properties, machine);
    if (actual.exists && actual.attributes.content === wanted) {
      await applyOwnership(path, properties);
      return;
    }
    const content = await contentOf(properties, machine);
    const digest = digestOf(content);
    if (digest !== wanted) throw new Error(`its source gives ${digest}, not ${String(wanted)}`);
    await replaceFile(path, content, (temporary) => applyOwnership(temporary, properties));
  },

  async delete(properties): Promise<void> {
    const path = textOf(properties, 'path');
    if ((await lookAt(path)) !== undefined) await unlink(path);
  },

  async adopt(id, machine) {
    const path = pathIn(machine, id);
    const stat = await lookAt(path);
    if (stat === undefined) throw new Error(`there is nothing at ${path}`);
    if (!stat.isFile()) throw new Error(`${path} is a ${sortOf(stat)}`);
    return { path, content: await readFile(path, 'utf8'), ...(await declaredOwnership(stat)) };
  },

  async take(properties, actual) {
    const { source: _, checksum: __, ...rest } = properties;
    const path = textOf(properties, 'path');
    return { ...rest, ...sameNamed(properties, actual), content: await readFile(path, 'utf8') };
  },

  trace: (properties) => traceOf(textOf(properties, 'path')),

  suggest(properties, attribute) {
    const path = textOf(properties, 'path');
    if (attribute === 'mode') return `$ chmod ${textOf(properties, 'mode')} ${path}`;
    if (attribute === 'owner') return `$ chown ${textOf(properties, 'owner')} ${path}`;
    if (attribute === 'group') return `$ chgrp ${textOf(properties, 'group')} ${path}`;
    const source = optionalText(properties, 'source');
    if (source === undefined) return `Write the declared content to ${path}`;
    return isUrl(source) ? `$ curl -fsSLo ${path} ${source}` : `$ cp ${source} ${path}`;
  },
};

async function contentOf(
  properties: Properties,
  machine: ProviderMachine,
): Promise<string | Buffer> {
  const source = optionalText(properties, 'source');
  if (source === undefined) return textOf(properties, 'content');
  if (!isUrl(source)) return readFile(source);
  const response = await fetch(source, { signal: machine.signal });
  if (!response.ok) throw new Error(`${source} answers with status ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

function isUrl(source: string): boolean {
  return /^https?:\/\//.test(source);
}

function sourceIn(machine: ProviderMachine, source: string): string {
  return isUrl(source) ? source : pathIn(machine, source);
}
