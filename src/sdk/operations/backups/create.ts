import { resolve } from 'node:path';
import * as v from 'valibot';
import { operation } from '../Operation.ts';
import { backupSchema } from '../schemas/backup.ts';
import { described } from '../schemas/described.ts';
import { path } from '../schemas/inputs.ts';
import { shownBackup } from '../shown/backup.ts';
import { backupsOf } from './findBackup.ts';

export const createBackup = operation({
  id: 'backups.create',
  summary: 'Copy the whole database as it is at one moment, while others work on',
  details:
    'The key that sensitive values are encrypted with is not in it: keep that file, or the passphrase,\n' +
    'somewhere else. Copies made by hand are never dropped; of the daily ones the last seven are kept.',
  effect: 'write',
  permission: 'admin',
  place: 'machine',
  input: v.strictObject({
    file: v.optional(
      described(
        path,
        'the file to write (default: in the folder backups beside the database)',
        'FILE',
        'file',
      ),
    ),
  }),
  output: backupSchema,
  errors: [
    'backup.exists',
    'backup.unsupported',
    'backend.corrupt',
    'backend.disk_full',
    'backend.failed',
    'backend.read_only',
    'backend.unreadable',
  ],
  http: { method: 'POST', path: '/backups' },
  async run({ store, caller }, { file }) {
    const { backend } = store.contextFor(caller);
    const target = file === undefined ? undefined : resolve(store.cwd, file);
    return shownBackup(await backupsOf(backend).create('manual', target));
  },
});
