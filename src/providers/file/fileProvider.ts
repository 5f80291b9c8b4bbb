import { readFile, unlink } from 'node:fs/promises';
import type { ActualObject, Properties, Provider } from '../../model/provider.ts';
import { digestOf, lookAt, pathIn, replaceFile, sortOf } from '../files.ts';
import {
  actualOwnership,
  applyOwnership,
  declaredOwnership,
  expectedOwnership,
  ownershipAttributes,
  ownershipProperties,
  traceOf,
} from '../ownership.ts';
import { given, optionalText, sameNamed, textOf } from '../property.ts';

/** A file with a content: written here, or copied from a source. */
export const fileProvider: Provider = {
  type: 'file',
  properties: {
    path: { type: 'text', help: 'where it lies', required: true },
    content: { type: 'text', help: 'what it holds' },
    source: { type: 'text', help: 'a file to take the content from, instead of content' },
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

  prepare(properties, machine) {
    const source = optionalText(properties, 'source');
    return {
      ...properties,
      path: pathIn(machine, textOf(properties, 'path')),
      ...given({ source: source === undefined ? undefined : pathIn(machine, source) }),
    };
  },

  identity: (properties) => textOf(properties, 'path'),

  async expected(properties) {
    const content = digestOf(await contentOf(properties));
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

  async apply(properties, actual): Promise<void> {
    const path = textOf(properties, 'path');
    const content = await contentOf(properties);
    const same = actual.exists && actual.attributes.content === digestOf(content);
    if (same) await applyOwnership(path, properties);
    else await replaceFile(path, content, (temporary) => applyOwnership(temporary, properties));
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
    const { source: _, ...rest } = properties;
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
    return source === undefined
      ? `Write the declared content to ${path}`
      : `$ cp ${source} ${path}`;
  },
};

async function contentOf(properties: Properties): Promise<string | Buffer> {
  const source = optionalText(properties, 'source');
  return source === undefined ? textOf(properties, 'content') : readFile(source);
}
