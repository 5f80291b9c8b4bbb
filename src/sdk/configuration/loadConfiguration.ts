import { type Configuration, defaultConfiguration } from './Configuration.ts';
import { configurationFiles, type Environment, type Places } from './configurationFiles.ts';
import type { ConfigurationFile } from './schema.ts';

/** Settings of `stacks` as an environment may set them: `SLOTH_RUNNER_<KEY>`, for the plain keys. */
const fromEnvironment = [
  'auto_lock',
  'auto_snapshot',
  'auto_drift_detect',
  'lock_timeout',
  'snapshot_retention',
  'snapshot_keep_last',
  'snapshot_keep_daily',
  'snapshot_keep_weekly',
  'snapshot_keep_monthly',
  'max_concurrent_executions',
  'max_parallel_tasks',
  'max_deletions',
  'preimage_max',
] as const;

/**
 * The configuration of this machine, user and environment: defaults, then the system's file, then
 * the user's, then `SLOTH_RUNNER_<KEY>` variables, each key by itself. The parser and the schema are
 * loaded only when there is something to read.
 */
export async function loadConfiguration(
  env: Environment,
  places: Places,
  named?: string,
): Promise<Configuration> {
  const files = configurationFiles(places, named);
  const overrides = environmentOverrides(env);
  if (files.length === 0 && overrides === null) return defaultConfiguration;
  const { readConfigurationFile, checkConfiguration } = await import('./readConfigurationFile.ts');
  const layers = files.map((file) => readConfigurationFile(file));
  if (overrides !== null) layers.push(checkConfiguration(overrides, 'the environment', () => 0));
  return layers.reduce(applyLayer, defaultConfiguration);
}

function environmentOverrides(env: Environment): { stacks: Record<string, unknown> } | null {
  const stacks: Record<string, unknown> = {};
  for (const key of fromEnvironment) {
    const text = env[`SLOTH_RUNNER_${key.toUpperCase()}`];
    if (text !== undefined && text !== '') stacks[key] = scalar(text);
  }
  return Object.keys(stacks).length === 0 ? null : { stacks };
}

function scalar(text: string): boolean | number | string {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^\d+$/.test(text) ? Number(text) : text;
}

function applyLayer(base: Configuration, { stacks = {} }: ConfigurationFile): Configuration {
  const { events = {}, validation = {} } = stacks;
  return {
    databasePath: stacks.database_path ?? base.databasePath,
    autoLock: stacks.auto_lock ?? base.autoLock,
    autoSnapshot: stacks.auto_snapshot ?? base.autoSnapshot,
    autoDriftDetect: stacks.auto_drift_detect ?? base.autoDriftDetect,
    lockTimeout: stacks.lock_timeout ?? base.lockTimeout,
    snapshotRetention: stacks.snapshot_retention ?? base.snapshotRetention,
    snapshotKeepLast: stacks.snapshot_keep_last ?? base.snapshotKeepLast,
    snapshotKeepDaily: stacks.snapshot_keep_daily ?? base.snapshotKeepDaily,
    snapshotKeepWeekly: stacks.snapshot_keep_weekly ?? base.snapshotKeepWeekly,
    snapshotKeepMonthly: stacks.snapshot_keep_monthly ?? base.snapshotKeepMonthly,
    maxConcurrentExecutions: stacks.max_concurrent_executions ?? base.maxConcurrentExecutions,
    maxParallelTasks: stacks.max_parallel_tasks ?? base.maxParallelTasks,
    maxDeletions: stacks.max_deletions ?? base.maxDeletions,
    preImageMax: stacks.preimage_max ?? base.preImageMax,
    snapshotTriggers: stacks.snapshot_triggers ?? base.snapshotTriggers,
    providers: { ...base.providers, ...stacks.providers },
    events: {
      workers: events.workers ?? base.events.workers,
      bufferSize: events.buffer_size ?? base.events.bufferSize,
      batchSize: events.batch_size ?? base.events.batchSize,
    },
    validation: {
      strictMode: validation.strict_mode ?? base.validation.strictMode,
      checkDiskSpace: validation.check_disk_space ?? base.validation.checkDiskSpace,
      minDiskSpace: validation.min_disk_space ?? base.validation.minDiskSpace,
      checkPermissions: validation.check_permissions ?? base.validation.checkPermissions,
    },
  };
}
