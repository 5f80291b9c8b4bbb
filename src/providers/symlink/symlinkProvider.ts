import { randomUUID } from 'node:crypto';
import { readlink, rename, symlink, unlink } from 'node:fs/promises';
import { lookAt, sortOf } from '../../files/lookAt.ts';
import type { Provider } from '../../model/provider.ts';
import { traceOf } from '../ownership.ts';
import { pathIn } from '../pathIn.ts';
import { textOf } from '../property.ts';

/** A symbolic link; its target is kept as it is written, so that it may be relative. */
export const symlinkProvider: Provider = {
  type: 'symlink',
  properties: {
    path: { type: 'text', help: 'where the link lies', required: true },
    target: { type: 'text', help: 'where it leads', required: true },
  },
  attributes: {
    sort: {
      kind: 'resource',
      severity: 'high',
      impact: 'Something else lies in its place',
      replaces: true,
    },
    target: { kind: 'configuration', severity: 'high', impact: 'Leads somewhere else' },
  },
  place: (properties) => textOf(properties, 'path'),
  makesPlace: true,
  prepare: (properties, machine) => ({
    ...properties,
    path: pathIn(machine, textOf(properties, 'path')),
  }),
  identity: (properties) => textOf(properties, 'path'),
  expected: async (properties) => ({ sort: 'symlink', target: textOf(properties, 'target') }),

  async read(properties) {
    const path = textOf(properties, 'path');
    const stat = await lookAt(path);
    if (stat === undefined) return { exists: false };
    const target = stat.isSymbolicLink() ? { target: await readlink(path) } : {};
    return {
      exists: true,
      attributes: { sort: sortOf(stat), ...target },
    };
  },

  async apply(properties) {
    const path = textOf(properties, 'path');
    // Made beside and moved over: at no moment is there no link.
    const temporary = `${path}.${randomUUID()}.partial`;
    await symlink(textOf(properties, 'target'), temporary);
    await rename(temporary, path);
  },

  async delete(properties) {
    const path = textOf(properties, 'path');
    if ((await lookAt(path)) !== undefined) await unlink(path);
  },

  async adopt(id, machine) {
    const path = pathIn(machine, id);
    const stat = await lookAt(path);
    if (stat === undefined) throw new Error(`there is nothing at ${path}`);
    if (!stat.isSymbolicLink()) throw new Error(`${path} is a ${sortOf(stat)}`);
    return { path, target: await readlink(path) };
  },

  trace: (properties) => traceOf(textOf(properties, 'path')),

  suggest: (properties) =>
    `$ ln -sfn ${textOf(properties, 'target')} ${textOf(properties, 'path')}`,
};
