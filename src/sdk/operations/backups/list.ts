import * as v from 'valibot';
import { operation } from '../Operation.ts';
import { backupSchema } from '../schemas/backup.ts';
import { shownBackup } from '../shown/backup.ts';
import { backupsOf } from './findBackup.ts';

export const listBackups = operation({
  id: 'backups.list',
  summary: 'List the backups beside the database, newest first',
  effect: 'read',
  permission: 'admin',
  place: 'machine',
  input: v.strictObject({}),
  output: v.array(backupSchema),
  errors: ['backup.unsupported'],
  http: { method: 'GET', path: '/backups' },
  async run({ store, caller }) {
    const all = await backupsOf(store.contextFor(caller).backend).list();
    return all.map(shownBackup);
  },
});
