import * as v from 'valibot';
import { parseDuration } from '../../../model/duration.ts';

/** Longer texts are no reasons and no names. */
const LONGEST_TEXT = 10_000;
/** The longest time that anything may be asked to take: a hundred years, in milliseconds. */
const LONGEST = 100 * 365 * 86_400_000;

/** The name of a stack; whether it may be one is for the stack to say. */
export const stackName = v.pipe(
  v.string('is the name of a stack, a text'),
  v.nonEmpty('is empty'),
  v.maxLength(128, 'is longer than 128 characters'),
  v.description('name of the stack'),
  v.metadata({ placeholder: 'STACK', complete: 'stack' }),
);
/** A text that people read. */
export const text = v.pipe(
  v.string('is a text'),
  v.maxLength(LONGEST_TEXT, `is longer than ${LONGEST_TEXT} characters`),
);

/** A text that must say something. */
export const word = v.pipe(text, v.nonEmpty('is empty'));

/** A file of this machine, from the folder that the caller is in. */
export const path = v.pipe(
  v.string('is the path of a file, a text'),
  v.nonEmpty('is empty'),
  v.maxLength(4096, 'is longer than 4096 characters'),
  v.check((given) => !given.includes('\0'), 'holds a zero byte, which no path has'),
);

/** The name of a value of the state; whether it may be one is for the state to say. */
export const stateKey = v.pipe(
  word,
  v.description('key of the value'),
  v.metadata({ placeholder: 'KEY' }),
);

/** How many at most. */
export const limit = v.pipe(
  v.number('is no whole number from 0'),
  v.safeInteger('is no whole number from 0'),
  v.minValue(0, 'is no whole number from 0'),
);

/** As `30s`, `5m` or `1h30m`, or as milliseconds; out: milliseconds. */
export const duration = v.pipe(
  v.union([v.string(), v.number()], 'is a duration such as 30s, 5m or 1h, or milliseconds'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const { value } = dataset;
    const milliseconds = typeof value === 'number' ? value : parseDuration(value);
    if (milliseconds === undefined || !(milliseconds >= 0 && milliseconds <= LONGEST)) {
      addIssue({ message: 'is no duration such as 30s, 5m or 1h, or milliseconds' });
      return NEVER;
    }
    return Math.round(milliseconds);
  }),
);

/** A moment that was asked for: so long ago, or a date in epoch milliseconds. */
export type Moment = { readonly ago: number } | { readonly at: number };

/** As `2h` for so long ago, or as ISO 8601 writes it: `2026-01-31T12:00`. */
export const moment = v.pipe(
  v.string('is no time such as 2h or 2026-01-31T12:00'),
  v.rawTransform(({ dataset, addIssue, NEVER }): Moment => {
    const { value } = dataset;
    const ago = /^\d+$/.test(value) ? undefined : parseDuration(value);
    if (ago !== undefined && ago <= LONGEST) return { ago };
    const at = /^\d{4}(-|$)/.test(value) ? Date.parse(value) : Number.NaN;
    if (!Number.isNaN(at)) return { at };
    addIssue({ message: 'is no time such as 2h or 2026-01-31T12:00' });
    return NEVER;
  }),
);

/** A time in the life of a stack; whether there is one is for the stack to say. */
export const point = v.pipe(
  word,
  v.description('as it was: 2h, 2026-01-31T12:00, #417, v38'),
  v.metadata({ placeholder: 'TIME' }),
);

/** The id of an execution. */
export const executionName = v.pipe(
  word,
  v.description('one execution, as e12'),
  v.metadata({ placeholder: 'EXECUTION' }),
);
