import { readlink } from 'node:fs/promises';
import { identityOfPath } from '../../files/identityOfPath.ts';
import { lookAt, sortOf } from '../../files/lookAt.ts';
import { removeEntry } from '../../files/removeEntry.ts';
import { replaceLink } from '../../files/replaceLink.ts';
import type { Provider } from '../../model/provider.ts';
import { shellQuoted } from '../../model/shellQuoted.ts';
import { entryImages } from '../entryImages.ts';
import { traceOf } from '../ownership.ts';
import { placeIn } from '../pathIn.ts';
import { optionalText, textOf } from '../property.ts';
import { expectedSort, leavingEntry, sortAttribute } from '../sortAttribute.ts';
import { parentsProperty, writeEntry } from '../writeEntry.ts';

/** A symbolic link; its target is kept as it is written, so that it may be relative. */
export const symlinkProvider: Provider = {
  type: 'symlink',
  properties: {
    path: { type: 'text', help: 'where the link lies', required: true },
    target: { type: 'text', help: 'where it leads', required: true },
    ...parentsProperty,
  },
  attributes: {
    ...sortAttribute,
    target: { kind: 'configuration', severity: 'high', impact: 'Leads somewhere else' },
  },

  prepare(properties, machine) {
    const target = textOf(properties, 'target');
    if (target === '' || target.includes('\0'))
      throw new Error(`'${target}' is no target of a link`);
    return { ...properties, path: placeIn(machine, textOf(properties, 'path')) };
  },

  identity: (properties) => identityOfPath(textOf(properties, 'path')),
  makesPlace: true,
  place: (properties) => textOf(properties, 'path'),
  leaving: (properties, attributes) => leavingEntry(properties, attributes),

  async expected(properties) {
    const target = optionalText(properties, 'target');
    return { ...expectedSort(properties, 'symlink'), ...(target === undefined ? {} : { target }) };
  },

  async read(properties) {
    const path = textOf(properties, 'path');
    const stat = await lookAt(path);
    if (stat === undefined) return { exists: false };
    const target = stat.isSymbolicLink() ? { target: await readlink(path) } : {};
    return { exists: true, attributes: { sort: sortOf(stat), ...target } };
  },

  async apply(properties, actual) {
    const [path, target] = [textOf(properties, 'path'), optionalText(properties, 'target')];
    const isOther = actual.exists && actual.attributes.sort !== 'symlink';
    if (target === undefined || (properties.sort === null && isOther)) return;
    await writeEntry(path, properties.parents === true, () => replaceLink(path, target));
  },

  delete: (properties) => removeEntry(textOf(properties, 'path')),

  preImages: entryImages({
    sort: 'symlink',
    place: async (properties) => textOf(properties, 'path'),
    declaresContent: (properties) => properties.target !== undefined,
    applied: async (properties) => optionalText(properties, 'target'),
  }),

  async adopt(id, machine) {
    const path = placeIn(machine, id);
    const stat = await lookAt(path);
    if (stat === undefined) throw new Error(`there is nothing at ${path}`);
    if (!stat.isSymbolicLink()) throw new Error(`${path} is a ${sortOf(stat)}`);
    return { path, target: await readlink(path) };
  },

  trace: (properties) => traceOf(textOf(properties, 'path')),

  suggest(properties, attribute) {
    const path = textOf(properties, 'path');
    if (attribute === 'sort') return `Move away what lies at ${path}, and run the workflow again`;
    const target = textOf(properties, 'target');
    const end = target.startsWith('-') ? '-- ' : '';
    return `$ ln -sfn ${end}${shellQuoted(target)} ${shellQuoted(path)}`;
  },
};
