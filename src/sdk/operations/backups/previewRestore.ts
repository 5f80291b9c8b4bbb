import * as v from 'valibot';
import { compareWithBackup, withStaged } from '../../../engine/backups/restoreBackup.ts';
import { operation } from '../Operation.ts';
import { backupName, setBackSchema, stagingErrors } from '../schemas/backup.ts';
import { shownSetBack } from '../shown/backup.ts';
import { findBackup } from './findBackup.ts';

export const previewBackupRestore = operation({
  id: 'backups.preview_restore',
  summary: 'Say which stacks a backup would set back, and to what',
  effect: 'read',
  permission: 'admin',
  place: 'machine',
  input: v.strictObject({ backup: backupName }),
  output: v.strictObject({ backup: v.string(), stacks: v.array(setBackSchema) }),
  errors: stagingErrors,
  http: { method: 'GET', path: '/backups/{backup}/restore' },
  async run({ store, caller }, { backup }) {
    const context = store.contextFor(caller);
    const path = await findBackup(context.backend, backup, store.cwd);
    const stacks = await withStaged(context, path, ({ view }) =>
      compareWithBackup(context.backend, view),
    );
    return { backup, stacks: stacks.map(shownSetBack) };
  },
});
