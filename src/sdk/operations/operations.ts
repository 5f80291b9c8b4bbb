import { followEvents } from './events/follow.ts';
import { listEvents } from './events/list.ts';
import { showEvents } from './events/show.ts';
import { acquireLock } from './locks/acquire.ts';
import { forceReleaseLock } from './locks/forceRelease.ts';
import { listLocks } from './locks/list.ts';
import { releaseLock } from './locks/release.ts';
import { lockStatus } from './locks/status.ts';
import { deleteState } from './state/delete.ts';
import { getState } from './state/get.ts';
import { listState } from './state/list.ts';
import { setState } from './state/set.ts';

/** All that can be asked, by id. An operation is one file, and one line here. */
export const operations = {
  'events.follow': followEvents,
  'events.list': listEvents,
  'events.show': showEvents,
  'locks.acquire': acquireLock,
  'locks.force_release': forceReleaseLock,
  'locks.list': listLocks,
  'locks.release': releaseLock,
  'locks.status': lockStatus,
  'state.delete': deleteState,
  'state.get': getState,
  'state.list': listState,
  'state.set': setState,
} as const;

export type Operations = typeof operations;
