import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOfPath } from '../../files/identityOfPath.ts';
import { lookAt, sortOf } from '../../files/lookAt.ts';
import { makeDirectory } from '../../files/makeDirectory.ts';
import { setDirectoryOwnership } from '../../files/ownership.ts';
import { removeEntry } from '../../files/removeEntry.ts';
import { isTemporaryName } from '../../files/temporaryName.ts';
import type { ListedObject, Provider } from '../../model/provider.ts';
import { shellQuoted } from '../../model/shellQuoted.ts';
import { entryImages } from '../entryImages.ts';
import {
  actualOwnership,
  declaredIds,
  declaredOwnership,
  expectedOwnership,
  ownershipAttributes,
  ownershipProperties,
  preparedOwnership,
  suggestOwnership,
  traceOf,
} from '../ownership.ts';
import { placeIn } from '../pathIn.ts';
import { textOf } from '../property.ts';
import { expectedSort, leavingEntry, sortAttribute } from '../sortAttribute.ts';
import { writeEntry } from '../writeEntry.ts';

/** A directory. Deleting it deletes nothing that somebody else put in: it must be empty by then. */
export const directoryProvider: Provider = {
  type: 'directory',
  holdsData: true,
  properties: {
    path: { type: 'text', help: 'where it lies', required: true },
    parents: {
      type: 'flag',
      help: 'make the missing folders above it, as mkdir -p does (default: true)',
    },
    ...ownershipProperties,
  },
  attributes: { ...sortAttribute, ...ownershipAttributes },

  prepare: (properties, machine) => ({
    ...properties,
    path: placeIn(machine, textOf(properties, 'path'), { isFolder: true }),
    ...preparedOwnership(properties),
  }),

  identity: (properties) => identityOfPath(textOf(properties, 'path')),
  makesPlace: true,
  place: (properties) => textOf(properties, 'path'),
  leaving: (properties, attributes) => leavingEntry(properties, attributes),

  expected: async (properties) => ({
    ...expectedSort(properties, 'directory'),
    ...expectedOwnership(properties),
  }),

  async read(properties) {
    const stat = await lookAt(textOf(properties, 'path'));
    if (stat === undefined) return { exists: false };
    const ownership = stat.isDirectory() ? await actualOwnership(properties, stat) : {};
    return { exists: true, attributes: { sort: sortOf(stat), ...ownership } };
  },

  async apply(properties, actual) {
    // Before anything is done: there may be no such user.
    const ids = await declaredIds(properties);
    const isOther = actual.exists && actual.attributes.sort !== 'directory';
    if (properties.sort === null && isOther) return;
    const path = textOf(properties, 'path');
    // Nobody else gets in before it has its mode.
    const mode = ids.mode === undefined ? 0o777 : 0o700;
    await writeEntry(path, properties.parents !== false, () => makeDirectory(path, mode));
    await setDirectoryOwnership(path, ids);
  },

  delete: (properties) => removeEntry(textOf(properties, 'path')),

  preImages: entryImages({
    sort: 'directory',
    place: async (properties) => textOf(properties, 'path'),
    declaresContent: () => false,
    applied: async () => '',
  }),

  async adopt(id, machine) {
    const path = placeIn(machine, id, { isFolder: true });
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
      if ((await lookAt(folder))?.isDirectory() !== true) continue;
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const id = join(folder, entry.name);
        const type = typeOf(entry);
        if (type === undefined || isTemporaryName(entry.name)) continue;
        found.push({ type, identity: identityOfPath(id), id });
      }
    }
    return found;
  },

  trace: (properties) => traceOf(textOf(properties, 'path')),

  suggest(properties, attribute) {
    const path = textOf(properties, 'path');
    if (attribute === 'sort') return `Move away what lies at ${path}, and run the workflow again`;
    return suggestOwnership(properties, attribute) ?? `$ mkdir -p ${shellQuoted(path)}`;
  },
};

/** The type that a found entry could be declared as. */
function typeOf(entry: {
  isFile: () => boolean;
  isDirectory: () => boolean;
  isSymbolicLink: () => boolean;
}): string | undefined {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : undefined;
}
