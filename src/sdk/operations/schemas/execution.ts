import * as v from 'valibot';
import { json } from './json.ts';
import { count, time } from './outputs.ts';
import { executionStatuses } from './stack.ts';

export const executionSchema = v.strictObject({
  /** As `e12`. */
  id: v.string(),
  workflow: v.string(),
  version: v.string(),
  file: v.string(),
  status: v.picklist(executionStatuses),
  actor: v.string(),
  started_at: time,
  ended_at: v.nullable(time),
  /** How often it was gone on with after an interruption or a failure. */
  resumed: count,
  task_count: count,
  reason: v.string(),
  /** The snapshot taken before it, as `v12`; empty when there is none. */
  snapshot: v.string(),
  rolled_back: v.boolean(),
  /** The `up` that it is a part of. */
  up: v.nullable(v.string()),
});

export const taskRunSchema = v.strictObject({
  task: v.string(),
  status: v.picklist(['pending', 'running', 'completed', 'failed', 'skipped', 'interrupted']),
  attempt: count,
  started_at: v.nullable(time),
  ended_at: v.nullable(time),
  message: v.string(),
  /** Why it failed or was skipped. */
  reason: v.string(),
  /** What it handed on; without `value` where that is sensitive. */
  outputs: v.strictObject({ sensitive: v.boolean(), value: v.exactOptional(json) }),
  /** How much it printed that was kept, and whether the middle was left out; `null` for nothing. */
  printed: v.nullable(v.strictObject({ bytes: count, cut: v.boolean() })),
  artifacts: v.array(v.strictObject({ path: v.string(), bytes: count })),
});

/** Where the clock went back; `serial` is the first commit after that. */
export const clockStepSchema = v.strictObject({ serial: count, from: time, to: time });
