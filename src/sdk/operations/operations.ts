import { createBackup } from './backups/create.ts';
import { listBackups } from './backups/list.ts';
import { previewBackupRestore } from './backups/previewRestore.ts';
import { restoreBackup } from './backups/restore.ts';
import { verifyBackup } from './backups/verify.ts';
import { followEvents } from './events/follow.ts';
import { listEvents } from './events/list.ts';
import { showEvents } from './events/show.ts';
import { listExecutions } from './executions/list.ts';
import { showExecution } from './executions/show.ts';
import { taskOutput } from './executions/taskOutput.ts';
import { acquireLock } from './locks/acquire.ts';
import { forceReleaseLock } from './locks/forceRelease.ts';
import { listLocks } from './locks/list.ts';
import { releaseLock } from './locks/release.ts';
import { lockStatus } from './locks/status.ts';
import { listLog } from './log/list.ts';
import { resourceContent } from './resources/content.ts';
import { resourceHistory } from './resources/history.ts';
import { restoreResource } from './resources/restore.ts';
import { compareSnapshots } from './snapshots/compare.ts';
import { createSnapshot } from './snapshots/create.ts';
import { deleteSnapshot } from './snapshots/delete.ts';
import { exportSnapshot } from './snapshots/export.ts';
import { importSnapshot } from './snapshots/import.ts';
import { listSnapshots } from './snapshots/list.ts';
import { previewPrune } from './snapshots/previewPrune.ts';
import { previewSnapshotRestore } from './snapshots/previewRestore.ts';
import { protectSnapshot } from './snapshots/protect.ts';
import { pruneSnapshots } from './snapshots/prune.ts';
import { restoreSnapshot } from './snapshots/restore.ts';
import { showSnapshot } from './snapshots/show.ts';
import { tagSnapshot } from './snapshots/tag.ts';
import { unprotectSnapshot } from './snapshots/unprotect.ts';
import { untagSnapshot } from './snapshots/untag.ts';
import { verifySnapshots } from './snapshots/verify.ts';
import { stackAt } from './stacks/at.ts';
import { createStack } from './stacks/create.ts';
import { deleteStack } from './stacks/delete.ts';
import { listStacks } from './stacks/list.ts';
import { stackOutput } from './stacks/output.ts';
import { stackOutputs } from './stacks/outputs.ts';
import { renameStack } from './stacks/rename.ts';
import { showStack } from './stacks/show.ts';
import { listStale } from './stacks/stale.ts';
import { deleteState } from './state/delete.ts';
import { getState } from './state/get.ts';
import { listState } from './state/list.ts';
import { setState } from './state/set.ts';

/** All that can be asked, by id. An operation is one file, and one line here. */
export const operations = {
  'backups.create': createBackup,
  'backups.list': listBackups,
  'backups.preview_restore': previewBackupRestore,
  'backups.restore': restoreBackup,
  'backups.verify': verifyBackup,
  'events.follow': followEvents,
  'events.list': listEvents,
  'events.show': showEvents,
  'executions.list': listExecutions,
  'executions.show': showExecution,
  'executions.task_output': taskOutput,
  'locks.acquire': acquireLock,
  'locks.force_release': forceReleaseLock,
  'locks.list': listLocks,
  'locks.release': releaseLock,
  'locks.status': lockStatus,
  'log.list': listLog,
  'resources.content': resourceContent,
  'resources.history': resourceHistory,
  'resources.restore': restoreResource,
  'snapshots.compare': compareSnapshots,
  'snapshots.create': createSnapshot,
  'snapshots.delete': deleteSnapshot,
  'snapshots.export': exportSnapshot,
  'snapshots.import': importSnapshot,
  'snapshots.list': listSnapshots,
  'snapshots.preview_prune': previewPrune,
  'snapshots.preview_restore': previewSnapshotRestore,
  'snapshots.protect': protectSnapshot,
  'snapshots.prune': pruneSnapshots,
  'snapshots.restore': restoreSnapshot,
  'snapshots.show': showSnapshot,
  'snapshots.tag': tagSnapshot,
  'snapshots.unprotect': unprotectSnapshot,
  'snapshots.untag': untagSnapshot,
  'snapshots.verify': verifySnapshots,
  'stacks.at': stackAt,
  'stacks.create': createStack,
  'stacks.delete': deleteStack,
  'stacks.list': listStacks,
  'stacks.output': stackOutput,
  'stacks.outputs': stackOutputs,
  'stacks.rename': renameStack,
  'stacks.show': showStack,
  'stacks.stale': listStale,
  'state.delete': deleteState,
  'state.get': getState,
  'state.list': listState,
  'state.set': setState,
} as const;

export type Operations = typeof operations;
