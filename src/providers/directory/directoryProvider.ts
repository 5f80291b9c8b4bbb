import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lookAt, sortOf } from '../../files/lookAt.ts';
import type { ListedObject, Provider } from '../../model/provider.ts';
import { shellQuoted } from '../../model/shellQuoted.ts';
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
import { textOf } from '../property.ts';

/** A directory. Deleting it deletes nothing that somebody else put in: it must be empty by then. */
export const directoryProvider: Provider = {
  type: 'directory',
  properties: {
    path: { type: 'text', help: 'where it lies', required: true },
    ...ownershipProperties,
  },
  attributes: {
    sort: {
      kind: 'resource',
      severity: 'high',
      impact: 'Something else lies in its place',
      replaces: true,
    },
    ...ownershipAttributes,
  },
  place: (properties) => textOf(properties, 'path'),
  makesPlace: true,
  prepare: (properties, machine) => ({
    ...properties,
    path: pathIn(machine, textOf(properties, 'path')),
  }),
  identity: (properties) => textOf(properties, 'path'),
  expected: async (properties) => ({ sort: 'directory', ...expectedOwnership(properties) }),

  async read(properties) {
    const stat = await lookAt(textOf(properties, 'path'));
    if (stat === undefined) return { exists: false };
    const ownership = stat.isDirectory() ? await actualOwnership(properties, stat) : {};
    return { exists: true, attributes: { sort: sortOf(stat), ...ownership } };
  },

  async apply(properties) {
    const path = textOf(properties, 'path');
    await mkdir(path, { recursive: true });
    await applyOwnership(path, properties);
  },

  async delete(properties) {
    const path = textOf(properties, 'path');
    if ((await lookAt(path)) !== undefined) await rmdir(path);
  },

  async adopt(id, machine) {
    const path = pathIn(machine, id);
    const stat = await lookAt(path);
    if (stat === undefined) throw new Error(`there is nothing at ${path}`);
    if (!stat.isDirectory()) throw new Error(`${path} is a ${sortOf(stat)}`);
    return { path, ...(await declaredOwnership(stat)) };
  },

  /** What lies in the declared directories. */
  async list(declared) {
    const found: ListedObject[] = [];
    for (const properties of declared) {
      const folder = textOf(properties, 'path');
      if ((await lookAt(folder)) === undefined) continue;
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        const type = entry.isDirectory()
          ? 'directory'
          : entry.isSymbolicLink()
            ? 'symlink'
            : 'file';
        found.push({ type, identity: path, id: path });
      }
    }
    return found;
  },

  trace: (properties) => traceOf(textOf(properties, 'path')),

  suggest(properties, attribute) {
    const path = textOf(properties, 'path');
    if (attribute === 'mode') return `$ chmod ${textOf(properties, 'mode')} ${path}`;
    if (attribute === 'owner') return `$ chown ${textOf(properties, 'owner')} ${path}`;
    if (attribute === 'group') return `$ chgrp ${textOf(properties, 'group')} ${path}`;
    return `$ mkdir -p ${shellQuoted(path)}`;
  },
};
