import * as v from 'valibot';

/** A moment, as ISO 8601 with its zone. */
export const time = v.pipe(v.string(), v.isoTimestamp());

/** A whole number from 0. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
