import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { digestOf } from '../../files/digestOf.ts';
import { lookAt } from '../../files/lookAt.ts';
import { readText } from '../../files/readText.ts';
import { replaceFile } from '../../files/replaceFile.ts';
import type { Provider, ProviderMachine } from '../../model/provider.ts';
import { pathIn } from '../pathIn.ts';
import { runProgram } from '../programs.ts';
import { textOf } from '../property.ts';

/**
 * The files of an archive (tar, compressed as `tar` knows it, or zip), unpacked into a directory. A
 * list of them lies beside them, so that what was edited or is missing is told by its name, and so
 * that deleting takes nothing that somebody else put there.
 */
export const archiveProvider: Provider = {
  type: 'archive',
  properties: {
    source: { type: 'text', help: 'the archive', required: true },
    path: { type: 'text', help: 'the directory it is unpacked into', required: true },
  },
  attributes: {
    source: { kind: 'configuration', severity: 'medium', impact: 'Unpacked from another archive' },
    changed: { kind: 'configuration', severity: 'high', impact: 'Files are not as in the archive' },
  },
  bounds: { most: 4, timeout: 120_000 },

  place: (properties) => textOf(properties, 'path'),
  makesPlace: true,
  prepare: (properties, machine) => ({
    ...properties,
    source: pathIn(machine, textOf(properties, 'source')),
    path: pathIn(machine, textOf(properties, 'path')),
  }),
  identity: (properties) => textOf(properties, 'path'),
  expected: async (properties) => ({
    source: digestOf(await readFile(textOf(properties, 'source'))),
    changed: [],
  }),

  async read(properties) {
    const path = textOf(properties, 'path');
    const list = await readList(path);
    if (list === undefined) return { exists: false };
    const changed: string[] = [];
    for (const [name, digest] of Object.entries(list.files)) {
      if ((await digestAt(join(path, name))) !== digest) changed.push(name);
    }
    return { exists: true, attributes: { source: list.source, changed: changed.toSorted() } };
  },

  async apply(properties, _, machine) {
    const [source, path] = [textOf(properties, 'source'), textOf(properties, 'path')];
    await mkdir(path, { recursive: true });
    // Beside its place, so that each file moves there in one step.
    const staging = await mkdtemp(join(path, '.unpacking-'));
    try {
      await unpack(source, staging, machine);
      const old = await readList(path);
      const files: Record<string, string> = {};
      for (const name of await filesBelow(staging)) {
        const target = join(path, name);
        files[name] = (await digestAt(join(staging, name))) ?? '';
        if ((await digestAt(target)) === files[name]) continue;
        await mkdir(dirname(target), { recursive: true });
        await rename(join(staging, name), target);
      }
      const list: FileList = { source: digestOf(await readFile(source)), files };
      await replaceFile(listPath(path), JSON.stringify(list), async () => {});
      const gone = Object.keys(old?.files ?? {}).filter((name) => !(name in files));
      await removeFiles(path, gone);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  },

  async delete(properties) {
    const path = textOf(properties, 'path');
    const list = await readList(path);
    if (list === undefined) return;
    await removeFiles(path, Object.keys(list.files));
    await unlink(listPath(path));
    if ((await readdir(path)).length === 0) await rmdir(path);
  },

  suggest: (properties) =>
    `Unpack ${textOf(properties, 'source')} into ${textOf(properties, 'path')} again`,
};

/** What was unpacked: the digest of the archive, and of each file by its path. */
interface FileList {
  readonly source: string;
  readonly files: Readonly<Record<string, string>>;
}

function listPath(path: string): string {
  return join(path, '.sloth-archive.json');
}

async function readList(path: string): Promise<FileList | undefined> {
  const text = await readText(listPath(path));
  return text === undefined ? undefined : (JSON.parse(text) as FileList);
}

async function unpack(source: string, into: string, machine: ProviderMachine): Promise<void> {
  const command = source.endsWith('.zip')
    ? ['unzip', '-q', '-o', source, '-d', into]
    : ['tar', '-x', '--no-same-owner', '-f', source, '-C', into];
  await runProgram(machine, command);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** The digest of a file; `undefined` where there is none. */
async function digestAt(path: string): Promise<string | undefined> {
  const stat = await lookAt(path);
  if (stat === undefined || !stat.isFile()) return undefined;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest('hex')}`;
}

/** Removes files, and the directories that are empty without them. */
async function removeFiles(path: string, names: readonly string[]): Promise<void> {
  const folders = new Set<string>();
  for (const name of names) {
    const file = join(path, name);
    if ((await lookAt(file)) !== undefined) await unlink(file);
    for (let at = dirname(file); at !== path && at.length > path.length; at = dirname(at)) {
      folders.add(at);
    }
  }
  const deepest = [...folders].sort((a, b) => b.length - a.length);
  for (const folder of deepest) {
    if ((await lookAt(folder)) !== undefined && (await readdir(folder)).length === 0) {
      await rmdir(folder);
    }
  }
}
