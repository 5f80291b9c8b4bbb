import { mkdir, mkdtemp, readdir, rm, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfSource } from '../../files/digestOf.ts';
import { identityOfPath } from '../../files/identityOfPath.ts';
import { lookAt } from '../../files/lookAt.ts';
import { replaceFile } from '../../files/replaceFile.ts';
import type { Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { shellQuoted } from '../../model/shellQuoted.ts';
import { leavingNoted, withoutLeft } from '../leftAlone.ts';
import { pathIn, placeIn } from '../pathIn.ts';
import { runProgram } from '../programs.ts';
import { textOf } from '../property.ts';
import { archivePreImages } from './archivePreImages.ts';
import { type FileList, listPath, readList } from './FileList.ts';
import {
  entriesBelow,
  entryAt,
  placeEntry,
  removeEntries,
  sameEntry,
  setDirectoryModes,
  type UnpackedEntries,
} from './unpackedEntries.ts';

/** What a folder is called while an archive is unpacked. */
const STAGING = '.unpacking-';

/**
 * The files of an archive (tar, compressed as `tar` knows it, or zip), unpacked into a directory: with
 * their modes, links and empty directories. A list of them lies beside them, so that what was edited or is
 * missing is told by its name, and so that nothing that somebody else put there is overwritten or deleted.
 */
export const archiveProvider: Provider = {
  type: 'archive',
  holdsData: true,
  place: (properties) => textOf(properties, 'path'),
  makesPlace: true,
  properties: {
    source: { type: 'text', help: 'the archive', required: true },
    path: { type: 'text', help: 'the directory it is unpacked into', required: true },
  },
  attributes: {
    source: { kind: 'configuration', severity: 'medium', impact: 'Unpacked from another archive' },
    changed: { kind: 'configuration', severity: 'high', impact: 'Files are not as in the archive' },
  },
  bounds: { most: 4, timeout: 120_000 },

  prepare: (properties, machine) => ({
    ...properties,
    source: pathIn(machine, textOf(properties, 'source')),
    path: placeIn(machine, textOf(properties, 'path'), { isFolder: true }),
  }),
  identity: (properties) => identityOfPath(textOf(properties, 'path')),
  leaving: leavingNoted,
  preImages: archivePreImages,
  expected: async (properties) =>
    withoutLeft(properties, {
      source: await digestOfSource(textOf(properties, 'source')),
      changed: [],
    }),

  async read(properties) {
    const path = textOf(properties, 'path');
    const list = await readList(path);
    if (list === undefined) return { exists: false };
    const changed: string[] = [];
    for (const [name, entry] of Object.entries(list.entries)) {
      if (!sameEntry(entry, await entryAt(join(path, name)))) changed.push(name);
    }
    const attributes = { source: list.source, changed: changed.toSorted() };
    return { exists: true, attributes: withoutLeft(properties, attributes) };
  },

  async apply(properties, actual, machine) {
    const expected = await archiveProvider.expected(properties, machine);
    const known = actual.exists ? actual.attributes : {};
    const isLeft = (name: string): boolean => !(name in expected);
    // Unpacking sets both: it happens only where what may be changed is not as it should be.
    if (actual.exists && isLeft('source') && isLeft('changed')) return;
    if (actual.exists && isLeft('changed') && known.source === expected.source) return;
    await unpackInto(properties, machine);
  },

  async delete(properties) {
    const path = textOf(properties, 'path');
    const list = await readList(path);
    if (list === undefined) return;
    await removeEntries(path, list.entries);
    await unlink(listPath(path));
    if (list.madeFolder && (await readdir(path)).length === 0) await rmdir(path);
  },

  suggest(properties) {
    const [source, path] = [textOf(properties, 'source'), textOf(properties, 'path')];
    return `$ ${unpackCommand(source, path).map(shellQuoted).join(' ')}`;
  },
};

async function unpackInto(properties: Properties, machine: ProviderMachine): Promise<void> {
  const [source, path] = [textOf(properties, 'source'), textOf(properties, 'path')];
  const wasThere = (await lookAt(path)) !== undefined;
  await mkdir(path, { recursive: true });
  await removeStaging(path);
  const old = await readList(path);
  // Beside its place, so that each file moves there in one step.
  const staging = await mkdtemp(join(path, STAGING));
  try {
    await runProgram(machine, unpackCommand(source, staging));
    const entries = await entriesBelow(staging);
    await assertOurs(path, entries, old?.entries ?? {});
    const gone = Object.entries(old?.entries ?? {}).filter(
      ([name, entry]) => entries[name]?.sort !== entry.sort,
    );
    await removeEntries(path, Object.fromEntries(gone));
    for (const [name, entry] of Object.entries(entries)) {
      if (sameEntry(entry, await entryAt(join(path, name)))) continue;
      await placeEntry(staging, path, name, entry);
    }
    await setDirectoryModes(path, entries);
    const list: FileList = {
      source: await digestOfSource(source),
      entries,
      madeFolder: old?.madeFolder ?? !wasThere,
    };
    await replaceFile(listPath(path), JSON.stringify(list));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Refuses, before anything is changed, where something lies in a place that no archive put there. */
async function assertOurs(
  path: string,
  entries: UnpackedEntries,
  old: UnpackedEntries,
): Promise<void> {
  for (const [name, entry] of Object.entries(entries)) {
    if (name in old) continue;
    const there = await entryAt(join(path, name));
    if (there === undefined || sameEntry(entry, there)) continue;
    if (entry.sort === 'directory' && there?.sort === 'directory') continue;
    throw new Error(`${join(path, name)} lies there already, and did not come from the archive`);
  }
}

/** What a killed run left; this one holds the lock. */
async function removeStaging(path: string): Promise<void> {
  for (const name of await readdir(path)) {
    if (name.startsWith(STAGING)) await rm(join(path, name), { recursive: true, force: true });
  }
}

function unpackCommand(source: string, into: string): string[] {
  return source.endsWith('.zip')
    ? ['unzip', '-q', '-o', source, '-d', into]
    : ['tar', '-x', '--no-same-owner', '-f', source, '-C', into];
}
