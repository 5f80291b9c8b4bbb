import type { RetentionPolicy } from '../../services/snapshots/selectPrunable.ts';
import type { Configuration } from '../configuration/Configuration.ts';

/** Which snapshots the configuration wants kept. */
export function retentionPolicy(configuration: Configuration): RetentionPolicy {
  return {
    keepFor: configuration.snapshotRetention,
    keepLast: configuration.snapshotKeepLast,
    keepDaily: configuration.snapshotKeepDaily,
    keepWeekly: configuration.snapshotKeepWeekly,
    keepMonthly: configuration.snapshotKeepMonthly,
  };
}
