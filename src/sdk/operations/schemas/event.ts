import * as v from 'valibot';
import { json } from './json.ts';
import { count, time } from './outputs.ts';

/** From the least to the most severe. */
export const severities = ['debug', 'info', 'warning', 'error'] as const;

export const eventSchema = v.strictObject({
  type: v.string(),
  severity: v.picklist(severities),
  message: v.string(),
  source: v.string(),
  data: v.record(v.string(), json),
  stack: v.string(),
  serial: count,
  at: time,
  actor: v.string(),
  execution: v.nullable(v.string()),
});
