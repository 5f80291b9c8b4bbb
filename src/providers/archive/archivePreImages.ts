import { chmod, mkdir, readFile, rmdir, symlink, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lookAt } from '../../files/lookAt.ts';
import { replaceFile } from '../../files/replaceFile.ts';
import type { PreImages } from '../../model/provider.ts';
import { formatSize } from '../../model/size.ts';
import { textOf } from '../property.ts';
import { listPath, readList } from './FileList.ts';
import {
  assertInside,
  entryAt,
  removeEntries,
  setDirectoryModes,
  type UnpackedEntry,
} from './unpackedEntries.ts';

/** One entry as it is kept: what it was, and its bytes where it was a file. */
interface KeptEntry {
  readonly entry: UnpackedEntry;
  /** As base64. */
  readonly bytes?: string;
}

/** All that was unpacked, as it is by now, with what people edited in it. */
export const archivePreImages: PreImages = {
  async refuses(properties, _, { most }) {
    const path = textOf(properties, 'path');
    let size = 0;
    for (const name of Object.keys((await readList(path))?.entries ?? {})) {
      const stat = await lookAt(join(path, name));
      size += stat?.isFile() === true ? stat.size : 0;
    }
    return size > most ? `it is larger than ${formatSize(most)}` : '';
  },

  async keep(properties) {
    const path = textOf(properties, 'path');
    const kept: Record<string, KeptEntry> = {};
    for (const name of Object.keys((await readList(path))?.entries ?? {})) {
      const entry = await entryAt(join(path, name));
      if (entry === undefined || entry === null) continue;
      const bytes =
        entry.sort === 'file' ? { bytes: await readFile(join(path, name), 'base64') } : {};
      kept[name] = { entry, ...bytes };
    }
    const list = await readFile(listPath(path), 'utf8');
    return { data: { list }, content: new TextEncoder().encode(JSON.stringify(kept)) };
  },

  async putBack(properties, { data, content }) {
    const path = textOf(properties, 'path');
    const kept = JSON.parse(new TextDecoder().decode(content)) as Record<string, KeptEntry>;
    const now = (await readList(path))?.entries ?? {};
    const gone = Object.entries(now).filter(([name, { sort }]) => kept[name]?.entry.sort !== sort);
    await removeEntries(path, Object.fromEntries(gone));
    await mkdir(path, { recursive: true });
    for (const [name, each] of Object.entries(kept)) await restoreEntry(path, name, each);
    const entries = Object.entries(kept).map(([name, { entry }]) => [name, entry] as const);
    await setDirectoryModes(path, Object.fromEntries(entries));
    await replaceFile(listPath(path), String(data.list));
  },
};

async function restoreEntry(path: string, name: string, kept: KeptEntry): Promise<void> {
  const { entry, bytes } = kept;
  const target = join(path, name);
  await assertInside(path, name);
  const there = await lookAt(target);
  if (there !== undefined && there.isDirectory() !== (entry.sort === 'directory')) {
    await (there.isDirectory() ? rmdir(target) : unlink(target));
  }
  if (entry.sort === 'directory') {
    await mkdir(target, { recursive: true });
    return;
  }
  await mkdir(dirname(target), { recursive: true });
  if (entry.sort === 'symlink') {
    if ((await lookAt(target)) !== undefined) await unlink(target);
    await symlink(entry.target, target);
    return;
  }
  await replaceFile(target, Buffer.from(bytes ?? '', 'base64'));
  await chmod(target, entry.mode);
}
