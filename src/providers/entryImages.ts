import { readlink } from 'node:fs/promises';
import { digestOf, digestOfFile } from '../files/digestOf.ts';
import { lookAt, sortOf } from '../files/lookAt.ts';
import { makeDirectory } from '../files/makeDirectory.ts';
import { type Ownership, setDirectoryOwnership, setFileOwnership } from '../files/ownership.ts';
import { readRegular } from '../files/readRegular.ts';
import { removeEntry } from '../files/removeEntry.ts';
import { replaceFile } from '../files/replaceFile.ts';
import { replaceLink } from '../files/replaceLink.ts';
import type { JsonObject } from '../model/json.ts';
import type { PreImage, PreImages, Properties, ProviderMachine } from '../model/provider.ts';
import { formatSize } from '../model/size.ts';
import { given, textOf } from './property.ts';
import { writeEntry } from './writeEntry.ts';

/** A type whose objects are entries of folders. */
export interface EntryKind {
  readonly sort: 'file' | 'directory' | 'symlink';
  /** Where the object lies; behind the links where they are followed. */
  readonly place: (properties: Properties) => Promise<string>;
  /** Whether the declaration says what it holds: a content, a target. */
  readonly declaresContent: (properties: Properties) => boolean;
  /**
   * What an apply of the declaration gave: a digest, a target; `undefined` where that can't be told any
   * more, because a source may have changed since.
   */
  readonly applied: (
    properties: Properties,
    machine: ProviderMachine,
  ) => Promise<string | undefined>;
}

/** What lies in a place: its sort, and what tells two of a sort apart. */
interface Entry {
  readonly sort: string;
  readonly mark: string;
}

/** Pre-images of files, directories and links, whatever sort of thing lies in their place. */
export function entryImages(kind: EntryKind): PreImages {
  return {
    async refuses(properties, _machine, { action, most }) {
      const stat = await lookAt(await kind.place(properties));
      if (stat === undefined || stat.isDirectory() || stat.isSymbolicLink()) return '';
      if (!stat.isFile()) return `it is a ${sortOf(stat)}`;
      const isWhole = action === 'delete' || kind.declaresContent(properties);
      return isWhole && stat.size > most ? `it is larger than ${formatSize(most)}` : '';
    },

    async keep(properties, _machine, { action, most }) {
      const path = await kind.place(properties);
      const stat = await lookAt(path);
      if (stat === undefined) throw new Error(`there is nothing at ${path}`);
      const { mode, uid, gid } = stat;
      const whole = action === 'delete';
      const data: JsonObject = { sort: sortOf(stat), mode: mode & 0o7777, uid, gid, whole };
      if (stat.isSymbolicLink()) return { data: { ...data, target: await readlink(path) } };
      if (!stat.isFile() || !(whole || kind.declaresContent(properties))) return { data };
      const content = (await readRegular(path, { most }))?.bytes;
      if (content === undefined) throw new Error(`there is nothing at ${path} any more`);
      return { data, content };
    },

    areWhole: true,

    async putBack(properties, before, machine, since = { applied: properties, force: false }) {
      const path = await kind.place(properties);
      const now = await entryAt(path);
      if (!since.force) {
        await refuseForeign(kind, since.applied, before, machine, { path, now });
      }
      const { sort } = before.data;
      const isOther = now !== undefined && now.sort !== sort;
      if (isOther) await removeEntry(path);
      const isNew = now === undefined || isOther;
      const ownership = ownershipIn(before, properties, isNew || before.data.whole === true);
      const parents = properties.parents === true;
      await writeEntry(path, parents, () => restore(path, before, { isNew, now, ownership }));
    },
  };
}

async function restore(
  path: string,
  { data, content }: PreImage,
  options: {
    readonly isNew: boolean;
    readonly now: Entry | undefined;
    readonly ownership: Ownership;
  },
): Promise<void> {
  const { isNew, now, ownership } = options;
  if (data.sort === 'symlink') {
    const owner = { uid: Number(data.uid), gid: Number(data.gid) };
    if (isNew || now?.mark !== data.target) await replaceLink(path, textOf(data, 'target'), owner);
  } else if (data.sort === 'directory') {
    if (isNew) await makeDirectory(path, 0o700);
    await setDirectoryOwnership(path, ownership);
  } else if (content === undefined || (!isNew && digestOf(content) === now?.mark)) {
    await setFileOwnership(path, now?.mark ?? '', ownership);
  } else {
    await replaceFile(path, content, ownership);
  }
}

/** Rejects where what lies there is neither what an apply gave nor what was there before. */
async function refuseForeign(
  kind: EntryKind,
  properties: Properties,
  before: PreImage,
  machine: ProviderMachine,
  { path, now }: { readonly path: string; readonly now: Entry | undefined },
): Promise<void> {
  const old = { sort: before.data.sort, mark: markOf(before) };
  if (old.sort === 'file' && old.mark === undefined && now?.sort !== 'file') {
    throw new Error(`${path} is not there any more, and what it held was not kept`);
  }
  if (now === undefined) return;
  if (now.sort === old.sort && (old.mark === undefined || now.mark === old.mark)) return;
  const applied = await kind.applied(properties, machine);
  if (now.sort === kind.sort && (applied === undefined || applied === now.mark)) return;
  throw new Error(`${path} was changed by somebody else since: it is left as it is`);
}

/** What told it apart; `undefined` where that was not kept. */
function markOf({ data, content }: PreImage): string | undefined {
  if (content !== undefined) return digestOf(content);
  return data.sort === 'symlink' ? textOf(data, 'target') : undefined;
}

async function entryAt(path: string): Promise<Entry | undefined> {
  const stat = await lookAt(path);
  if (stat === undefined) return undefined;
  const sort = sortOf(stat);
  if (stat.isFile()) return { sort, mark: (await digestOfFile(path)) ?? '' };
  return { sort, mark: stat.isSymbolicLink() ? await readlink(path) : '' };
}

/** What was there before: all of it where it has gone, else what the declaration had to say about. */
function ownershipIn({ data }: PreImage, properties: Properties, whole: boolean): Ownership {
  const has = (name: string): boolean => whole || properties[name] !== undefined;
  return given({
    mode: has('mode') ? Number(data.mode) : undefined,
    uid: has('owner') ? Number(data.uid) : undefined,
    gid: has('group') ? Number(data.gid) : undefined,
  });
}
