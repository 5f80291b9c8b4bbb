import * as v from 'valibot';
import { lockSchema } from './lock.ts';
import { count, time } from './outputs.ts';

export const statuses = ['created', 'running', 'completed', 'failed', 'interrupted'] as const;
export const executionStatuses = ['running', 'success', 'failed', 'interrupted', 'fenced'] as const;

/** A stack in lists. */
export const stackSchema = v.strictObject({
  name: v.string(),
  status: v.picklist(statuses),
  /** Whether what it read of others is not the same any more. */
  stale: v.boolean(),
  description: v.string(),
  version: v.string(),
  serial: count,
  created_at: time,
  updated_at: time,
  /** When its latest execution began; `null` where it never ran. */
  last_execution: v.nullable(time),
  last_status: v.nullable(v.picklist(executionStatuses)),
  /** Of its latest execution; 0 where that has not ended. */
  duration_ms: v.number(),
  execution_count: count,
  locked: v.boolean(),
  locked_by: v.nullable(v.string()),
  snapshots: count,
});

/** An output of another stack that one read, and that is another now. */
export const staleUseSchema = v.strictObject({
  stack: v.string(),
  producer: v.string(),
  output: v.string(),
  reason: v.picklist(['changed', 'gone', 'replaced']),
});

/** A resource without properties and attributes: they may be large, and they may be secret. */
export const resourceSchema = v.strictObject({
  /** Its address, as `file.config`. */
  name: v.string(),
  type: v.string(),
  status: v.picklist([
    'applied',
    'applying',
    'failed',
    'creating',
    'updating',
    'replacing',
    'deleting',
  ]),
  origin: v.picklist(['made', 'found', 'imported']),
  /** Why it failed; empty where it hasn't. */
  reason: v.string(),
  dependencies: v.array(v.string()),
  applied_at: v.nullable(time),
});

/** All that is known of a stack in short. */
export const stackDetailsSchema = v.strictObject({
  ...stackSchema.entries,
  /** Why its latest execution did not end well, in short; empty where it did. */
  reason: v.string(),
  /** What failed in it. */
  failures: v.array(
    v.strictObject({
      kind: v.picklist(['task', 'resource', 'workflow']),
      name: v.string(),
      reason: v.string(),
    }),
  ),
  latest_execution: v.nullable(
    v.strictObject({
      id: v.string(),
      status: v.picklist(executionStatuses),
      started_at: time,
      ended_at: v.nullable(time),
    }),
  ),
  lock: v.nullable(lockSchema),
  lock_condition: v.picklist(['unlocked', 'held', 'overdue', 'expired']),
  /** The latest time that somebody held it. */
  last_lock: v.nullable(
    v.strictObject({ locked_by: v.string(), locked_at: time, released_at: v.nullable(time) }),
  ),
  latest_snapshot: v.nullable(v.strictObject({ version: v.string(), created_at: time })),
  resources: v.array(resourceSchema),
  dependencies: v.array(v.string()),
  stale_uses: v.array(staleUseSchema),
});

/** A stack as it was. */
export const stackThenSchema = v.strictObject({
  stack: v.string(),
  /** The time as it is told: `v37`, `#417`, `current`. */
  label: v.string(),
  serial: count,
  /** When that commit was made. */
  at: time,
  resources: v.array(resourceSchema),
  /** How many there were. */
  values: count,
  outputs: count,
  tasks: count,
  dependencies: v.array(v.string()),
});
