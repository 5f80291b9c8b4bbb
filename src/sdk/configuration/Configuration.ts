/** What an operator decides, with durations in milliseconds and sizes in bytes. */
export interface Configuration {
  readonly databasePath: string | null;
  readonly autoLock: boolean;
  readonly autoSnapshot: boolean;
  readonly autoDriftDetect: boolean;
  readonly lockTimeout: number;
  readonly snapshotRetention: number;
  readonly snapshotKeepLast: number;
  readonly snapshotKeepDaily: number;
  readonly snapshotKeepWeekly: number;
  readonly snapshotKeepMonthly: number;
  readonly maxConcurrentExecutions: number;
  readonly maxParallelTasks: number;
  /** Resources that one run may delete: a number, or a share of all. */
  readonly maxDeletions: number | `${number}%`;
  /** The most bytes of an object's content that are kept before it is changed. */
  readonly preImageMax: number;
  readonly snapshotTriggers: readonly string[];
  /** Files of providers of the user's own, by the type of resource; absolute. */
  readonly providers: Readonly<Record<string, string>>;
  readonly events: {
    readonly workers: number;
    readonly bufferSize: number;
    readonly batchSize: number;
  };
  readonly validation: {
    readonly strictMode: boolean;
    readonly checkDiskSpace: boolean;
    readonly minDiskSpace: number;
    readonly checkPermissions: boolean;
  };
}

const HOUR = 3_600_000;

/** What holds where nothing else is said: the values of the specification's sample. */
export const defaultConfiguration: Configuration = {
  databasePath: null,
  autoLock: true,
  autoSnapshot: true,
  autoDriftDetect: false,
  lockTimeout: HOUR,
  snapshotRetention: 30 * 24 * HOUR,
  snapshotKeepLast: 10,
  snapshotKeepDaily: 0,
  snapshotKeepWeekly: 0,
  snapshotKeepMonthly: 0,
  maxConcurrentExecutions: 10,
  maxParallelTasks: 10,
  maxDeletions: '20%',
  preImageMax: 1024 * 1024,
  snapshotTriggers: ['before_deployment', 'before_destroy', 'on_drift_fix', 'manual'],
  providers: {},
  events: { workers: 100, bufferSize: 1000, batchSize: 50 },
  validation: {
    strictMode: true,
    checkDiskSpace: true,
    minDiskSpace: 100_000_000,
    checkPermissions: true,
  },
};
