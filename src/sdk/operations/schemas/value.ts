import * as v from 'valibot';
import { described } from './described.ts';
import { json } from './json.ts';

/** A value of the state or an output; `value` is absent while it is sensitive and was not asked for. */
export const valueSchema = v.strictObject({
  key: v.string(),
  sensitive: v.boolean(),
  value: v.exactOptional(json),
});

/** Asks for sensitive values as they are. */
export const showSensitive = v.optional(
  described(v.boolean('is true or false'), 'show a sensitive value, decrypted'),
  false,
);
