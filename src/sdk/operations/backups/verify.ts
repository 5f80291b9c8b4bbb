import * as v from 'valibot';
import { withStaged } from '../../../engine/backups/restoreBackup.ts';
import { verifyBackup as verify } from '../../../engine/backups/verifyBackup.ts';
import { operation } from '../Operation.ts';
import { backupName, stagingErrors } from '../schemas/backup.ts';
import { count, time } from '../schemas/outputs.ts';
import { timeOf } from '../shown/timeOf.ts';
import { findBackup } from './findBackup.ts';

export const verifyBackup = operation({
  id: 'backups.verify',
  summary: 'Recompute every hash of a backup: logs, snapshots, chunks',
  effect: 'read',
  permission: 'admin',
  place: 'machine',
  input: v.strictObject({ backup: backupName }),
  output: v.strictObject({
    /** As it was asked for. */
    backup: v.string(),
    whole: v.boolean(),
    /** The first reason why it is not whole; empty where it is. */
    reason: v.string(),
    /** How many of its chunks were recomputed. */
    chunks: count,
    stacks: v.array(
      v.strictObject({
        stack: v.string(),
        serial: count,
        /** Of its newest commit. */
        updated_at: time,
        /** How many. */
        snapshots: count,
        /** Why it is not whole; empty where it is. */
        reason: v.string(),
      }),
    ),
  }),
  errors: stagingErrors,
  http: { method: 'GET', path: '/backups/{backup}/verdict' },
  async run({ store, caller }, { backup }) {
    const context = store.contextFor(caller);
    const path = await findBackup(context.backend, backup, store.cwd);
    const { reason, chunks, stacks } = await withStaged(context, path, verify);
    return {
      backup,
      whole: reason === '',
      reason,
      chunks,
      stacks: stacks.map((each) => ({
        stack: each.stack,
        serial: each.serial,
        updated_at: timeOf(each.updatedAt),
        snapshots: each.snapshots,
        reason: each.reason,
      })),
    };
  },
});
