import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BackupStore } from '../../backend/BackupStore.ts';
import type { StateBackend } from '../../backend/StateBackend.ts';
import {
  compareWithBackup,
  restoreBackup,
  withStaged,
} from '../../engine/backups/restoreBackup.ts';
import { verifyBackup } from '../../engine/backups/verifyBackup.ts';
import type { EngineContext } from '../../engine/context/EngineContext.ts';
import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { Runner } from '../Runner.ts';

/** The façade's operations on copies of the whole store. */
export function createBackupsFacade(context: EngineContext, cwd: string): Runner['backups'] {
  const { backend } = context;

  function store(): BackupStore<StateBackend> {
    if (backend.backups !== null) return backend.backups;
    throw new SlothError('backup.unsupported', { location: backend.location });
  }

  /** The file of a backup by its name, `latest`, or a path. */
  async function find(name: string): Promise<string> {
    const all = await store().list();
    const found = name === 'latest' ? all[0] : all.find((each) => each.name === name);
    if (found !== undefined) return found.path;
    const path = resolve(cwd, name);
    if (existsSync(path)) return path;
    const names = all.map((each) => each.name);
    throw new SlothError('backup.not_found', { name, near: nearest(name, names) });
  }

  return {
    create: async ({ file } = {}) =>
      store().create('manual', file === undefined ? undefined : resolve(cwd, file)),
    list: async () => store().list(),
    async verify(backup) {
      const path = await find(backup);
      return { backup, ...(await withStaged(context, path, verifyBackup)) };
    },
    async previewRestore(name) {
      const path = await find(name);
      return withStaged(context, path, ({ view }) => compareWithBackup(backend, view));
    },
    restore: async (name) => restoreBackup(context, await find(name)),
  };
}
