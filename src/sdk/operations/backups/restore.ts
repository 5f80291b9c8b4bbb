import * as v from 'valibot';
import { restoreBackup as restore } from '../../../engine/backups/restoreBackup.ts';
import { operation } from '../Operation.ts';
import { backupName, backupSchema, setBackSchema, stagingErrors } from '../schemas/backup.ts';
import { shownBackup, shownSetBack } from '../shown/backup.ts';
import { findBackup } from './findBackup.ts';

export const restoreBackup = operation({
  id: 'backups.restore',
  summary: 'Put a backup back in place of the whole database, after a backup of what is there',
  details:
    'Verified first; refused while any stack is locked. Every stack goes back to what it was: what was\n' +
    'recorded since is only in the backup that is made before. Real objects are not touched.',
  effect: 'destroy',
  permission: 'admin',
  place: 'machine',
  input: v.strictObject({ backup: backupName }),
  output: v.strictObject({
    backup: v.string(),
    /** The backup of what was there before, which undoes it. */
    undo: backupSchema,
    stacks: v.array(setBackSchema),
  }),
  errors: [...stagingErrors, 'backup.broken', 'backup.in_use', 'backend.busy', 'backend.read_only'],
  http: { method: 'POST', path: '/backups/{backup}/restore' },
  async run({ store, caller }, { backup }) {
    const context = store.contextFor(caller);
    const path = await findBackup(context.backend, backup, store.cwd);
    const { undo, stacks } = await restore(context, path);
    return { backup, undo: shownBackup(undo), stacks: stacks.map(shownSetBack) };
  },
});
