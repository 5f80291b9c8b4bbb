/**
 * Named places between one write and the next. The crash tests kill the process at each of them
 * and assert that nothing acknowledged is lost; production code passes `neverCrash`.
 */
export const crashPoints = [
  'append.before',
  'append.begun',
  'append.logged',
  'append.projected',
  'append.durable',
  'append.acknowledged',
  'stack.created',
  'migration.applied',
  'lock.taken',
  'lock.remembered',
  'key.written',
  'key.linked',
  'keys.prepared',
  'keys.begun',
  'keys.switched',
  'keys.finished',
  'snapshot.prepared',
  'snapshot.taken',
  'log.cut',
  'log.truncated',
  'snapshots.deleted',
  'chunks.collected',
  'restore.prepared',
  'restore.committed',
  'up.queued',
  'execution.opened',
  'task.recorded_start',
  'task.ran',
  'task.recorded_end',
  'artifact.copied',
  'resource.intended',
  'resource.changed',
  'resource.recorded',
  'resources.moved',
  'execution.closed',
  'backup.copied',
  'backup.renamed',
  'backup.saved',
  'backup.replaced',
  'backup.restored',
] as const;

export type CrashPoint = (typeof crashPoints)[number];

/** Called when execution reaches a crash point. */
export type ReachCrashPoint = (point: CrashPoint) => void;

/** What production uses. */
export const neverCrash: ReachCrashPoint = () => {};
