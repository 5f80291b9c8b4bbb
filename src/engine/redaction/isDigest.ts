import type { JsonValue } from '../../model/json.ts';

/** Whether a value is what an attribute tells of a content: its SHA-256. */
export function isDigest(value: JsonValue): boolean {
  return typeof value === 'string' && /^(?:sha256:)?[0-9a-f]{64}$/.test(value);
}
