import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BackupStore } from '../../../backend/BackupStore.ts';
import type { StateBackend } from '../../../backend/StateBackend.ts';
import { nearest } from '../../../errors/nearest.ts';
import { SlothError } from '../../../errors/SlothError.ts';

/** The backups of a store. Throws `backup.unsupported` where it has none of ours. */
export function backupsOf({
  backups,
  location,
}: Pick<StateBackend, 'backups' | 'location'>): BackupStore<StateBackend> {
  if (backups === null) throw new SlothError('backup.unsupported', { location });
  return backups;
}

/** The file of a backup by its name, `latest`, or a path. Rejects with `backup.not_found`. */
export async function findBackup(
  backend: Pick<StateBackend, 'backups' | 'location'>,
  name: string,
  cwd: string,
): Promise<string> {
  const all = await backupsOf(backend).list();
  const found = name === 'latest' ? all[0] : all.find((each) => each.name === name);
  if (found !== undefined) return found.path;
  const path = resolve(cwd, name);
  if (existsSync(path)) return path;
  const names = all.map((each) => each.name);
  throw new SlothError('backup.not_found', { name, near: nearest(name, names) });
}
