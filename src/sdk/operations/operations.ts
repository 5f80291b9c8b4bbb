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
