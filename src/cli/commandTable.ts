import type { CommandSpec } from './CommandSpec.ts';
import { backupCreate, backupList, backupRestore, backupVerify } from './commands/backup.ts';
import { completion, createCompleteCommand } from './commands/completion.ts';
import { configPath, configShow } from './commands/config.ts';
import { depsAdd, depsCheck, depsGraph, depsOrder, depsRemove, depsShow } from './commands/deps.ts';
import { destroy } from './commands/destroy.ts';
import { driftDetect, driftFix, driftShow } from './commands/drift.ts';
import { driftAccept, driftAccepted, driftHistory, driftUnaccept } from './commands/driftAccept.ts';
import { driftAdopt, driftUnmanaged } from './commands/driftAdopt.ts';
import { driftWatch } from './commands/driftWatch.ts';
import { eventsList, eventsShow } from './commands/events.ts';
import { lockStatus, stackList, stackOutput } from './commands/frequent.ts';
import { importCommand } from './commands/import.ts';
import { init } from './commands/init.ts';
import { lockAcquire, lockForceRelease, lockList, lockRelease } from './commands/lock.ts';
import { log, logCompact } from './commands/log.ts';
import { resourceHistory, resourceRestore } from './commands/resource.ts';
import { run } from './commands/run.ts';
import { secretsList, secretsRotate } from './commands/secrets.ts';
import { snapshotCreate, snapshotList, snapshotShow } from './commands/snapshot.ts';
import {
  snapshotDelete,
  snapshotExport,
  snapshotImport,
  snapshotProtect,
  snapshotPrune,
  snapshotTag,
  snapshotUnprotect,
  snapshotUntag,
  snapshotVerify,
} from './commands/snapshotKeep.ts';
import { snapshotCompare, snapshotRestore } from './commands/snapshotRestore.ts';
import { stackDelete, stackHistory, stackNew, stackRename, stackShow } from './commands/stack.ts';
import { stateDelete, stateGet, stateList, stateSet } from './commands/state.ts';
import { down, up } from './commands/up.ts';
import { stackValidate } from './commands/validate.ts';
import { why } from './commands/why.ts';

/** All commands, in the order help lists them. */
export const commandTable: readonly CommandSpec[] = [
  init,
  run,
  up,
  down,
  why,
  destroy,
  importCommand,
  stackList,
  stackShow,
  stackOutput,
  stackNew,
  stackDelete,
  stackRename,
  stackHistory,
  stackValidate,
  lockAcquire,
  lockStatus,
  lockRelease,
  lockForceRelease,
  lockList,
  snapshotCreate,
  snapshotList,
  snapshotShow,
  snapshotRestore,
  snapshotCompare,
  snapshotDelete,
  snapshotVerify,
  snapshotTag,
  snapshotUntag,
  snapshotProtect,
  snapshotUnprotect,
  snapshotPrune,
  snapshotExport,
  snapshotImport,
  resourceHistory,
  resourceRestore,
  depsShow,
  depsGraph,
  depsCheck,
  depsOrder,
  depsAdd,
  depsRemove,
  driftDetect,
  driftShow,
  driftFix,
  driftAccept,
  driftAccepted,
  driftUnaccept,
  driftAdopt,
  driftHistory,
  driftUnmanaged,
  driftWatch,
  stateList,
  stateGet,
  stateSet,
  stateDelete,
  log,
  logCompact,
  eventsList,
  eventsShow,
  backupCreate,
  backupList,
  backupVerify,
  backupRestore,
  secretsList,
  secretsRotate,
  configPath,
  configShow,
  completion,
  createCompleteCommand(() => commandTable),
];
