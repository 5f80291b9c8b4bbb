import * as v from 'valibot';
import { parseDuration } from '../../model/duration.ts';
import { parseSize } from '../../model/size.ts';

const duration = v.pipe(
  v.union([v.string(), v.number()], 'must be a duration such as 30s, 1h or 30d'),
  v.transform((value) => parseDuration(String(value)) ?? 0),
  v.check((milliseconds) => milliseconds > 0, 'must be a duration > 0 such as 30s, 1h or 30d'),
);

const size = v.pipe(
  v.union([v.string(), v.number()], 'must be a size such as 100MB'),
  v.transform((value) => parseSize(String(value)) ?? -1),
  v.check((bytes) => bytes >= 0, 'must be a size such as 100MB'),
);

const flag = v.boolean('must be true or false');
const text = v.string('must be a text');
const count = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be > 0'),
);

/** A count that may be none. */
const countOrNone = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(0, 'must be >= 0'),
);

const deletions = v.pipe(
  v.union([v.string(), v.number()], 'must be a number of resources, or a share such as 20%'),
  v.check(
    (value) => /^\d{1,6}%?$/.test(String(value)),
    'must be a number of resources, or a share such as 20%',
  ),
  v.transform((value) =>
    String(value).endsWith('%') ? (String(value) as `${number}%`) : Number(value),
  ),
);

const trigger = v.picklist(
  ['before_deployment', 'before_destroy', 'on_drift_fix', 'manual'],
  'must be one of before_deployment, before_destroy, on_drift_fix, manual',
);

/** The configuration file of the specification. Every key may be left out; no other key is allowed. */
export const configurationSchema = v.strictObject({
  stacks: v.optional(
    v.strictObject({
      database_path: v.optional(text),
      auto_lock: v.optional(flag),
      auto_snapshot: v.optional(flag),
      auto_drift_detect: v.optional(flag),
      lock_timeout: v.optional(duration),
      snapshot_retention: v.optional(duration),
      snapshot_keep_last: v.optional(countOrNone),
      snapshot_keep_daily: v.optional(countOrNone),
      snapshot_keep_weekly: v.optional(countOrNone),
      snapshot_keep_monthly: v.optional(countOrNone),
      max_concurrent_executions: v.optional(count),
      max_parallel_tasks: v.optional(count),
      max_deletions: v.optional(deletions),
      preimage_max: v.optional(size),
      snapshot_triggers: v.optional(v.array(trigger, 'must be a list')),
      providers: v.optional(
        v.record(
          v.pipe(text, v.regex(/^[a-z][a-z0-9_]*$/, 'must be a type such as my_queue')),
          text,
          'must be a table of files by type',
        ),
      ),
      events: v.optional(
        v.strictObject({
          workers: v.optional(count),
          buffer_size: v.optional(count),
          batch_size: v.optional(count),
        }),
      ),
      validation: v.optional(
        v.strictObject({
          strict_mode: v.optional(flag),
          check_disk_space: v.optional(flag),
          min_disk_space: v.optional(size),
          check_permissions: v.optional(flag),
        }),
      ),
    }),
  ),
});

export type ConfigurationFile = v.InferOutput<typeof configurationSchema>;
