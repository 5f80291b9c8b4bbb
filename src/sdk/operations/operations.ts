import { createBackup } from './backups/create.ts';
import { listBackups } from './backups/list.ts';
import { previewBackupRestore } from './backups/previewRestore.ts';
import { restoreBackup } from './backups/restore.ts';
import { verifyBackup } from './backups/verify.ts';
import { acquireLock } from './locks/acquire.ts';
import { forceReleaseLock } from './locks/forceRelease.ts';
import { listLocks } from './locks/list.ts';
import { releaseLock } from './locks/release.ts';
import { lockStatus } from './locks/status.ts';
import { resourceContent } from './resources/content.ts';
import { resourceHistory } from './resources/history.ts';
import { restoreResource } from './resources/restore.ts';

/** All that can be asked, by id. An operation is one file, and one line here. */
export const operations = {
  'backups.create': createBackup,
  'backups.list': listBackups,
  'backups.preview_restore': previewBackupRestore,
  'backups.restore': restoreBackup,
  'backups.verify': verifyBackup,
  'locks.acquire': acquireLock,
  'locks.force_release': forceReleaseLock,
  'locks.list': listLocks,
  'locks.release': releaseLock,
  'locks.status': lockStatus,
  'resources.content': resourceContent,
  'resources.history': resourceHistory,
  'resources.restore': restoreResource,
} as const;

export type Operations = typeof operations;
