import * as v from 'valibot';
import { count, time } from './outputs.ts';

export const lockSchema = v.strictObject({
  id: v.string(),
  locked_by: v.string(),
  locked_at: time,
  expires_at: time,
  operation: v.string(),
  reason: v.string(),
  fence: count,
});

export const lockStatusSchema = v.strictObject({
  stack: v.string(),
  locked: v.boolean(),
  condition: v.picklist(['unlocked', 'held', 'overdue', 'expired']),
  lock: v.nullable(lockSchema),
  waiters: v.array(v.strictObject({ by: v.string(), since: time })),
  now: time,
});
