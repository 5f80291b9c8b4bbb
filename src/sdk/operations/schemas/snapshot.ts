import * as v from 'valibot';
import { described } from './described.ts';
import { stackName, text, word } from './inputs.ts';
import { json } from './json.ts';
import { count, time } from './outputs.ts';

/** Which snapshot, as an input. */
export const snapshotVersion = described(
  word,
  'version, tag, latest or latest~1',
  'VERSION',
  'snapshot',
);

/** A stack and one of its snapshots. */
export const oneSnapshot = { stack: stackName, version: snapshotVersion };

/** What can stand for a time in the life of a stack. */
export const POINT = 'version, tag, latest~1, @2h (a time), #417 (a serial)';

/** A list of tags, or a text with commas between them; out: the list. */
export const tags = v.pipe(
  v.union([text, v.array(text)], 'is a list of tags, or a text with commas between them'),
  v.transform((given): string[] =>
    (typeof given === 'string' ? given.split(',') : given)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
);

/** Tags, of which there is one at least. */
export const someTags = described(
  v.pipe(
    tags,
    v.check((given) => given.length > 0, 'names no tag'),
  ),
  'tags, separated by commas',
  'TAGS',
);

export const snapshotSchema = v.strictObject({
  version: v.string(),
  creator: v.string(),
  description: v.string(),
  tags: v.array(v.string()),
  created_at: time,
  /** Never pruned. */
  protected: v.boolean(),
  /** The commit that its content is of; 0 for one that was imported. */
  serial: count,
  execution: v.nullable(v.string()),
  status: v.string(),
  /** Bytes of its content as canonical JSON. */
  size: count,
  /** How many it holds. */
  resources: count,
  tasks: count,
});

/** A snapshot, and whose it is. */
export const snapshotOfStack = v.strictObject({ stack: v.string(), ...snapshotSchema.entries });

const changes = v.array(
  v.strictObject({
    name: v.string(),
    change: v.picklist(['added', 'removed', 'modified']),
    /** Of a modified one. */
    fields: v.array(
      v.strictObject({
        path: v.string(),
        from: json,
        to: json,
        /** Set for a sensitive value: that it changed is all that is told. */
        sensitive: v.exactOptional(v.literal(true)),
      }),
    ),
  }),
);

/** What differs between two times of a stack, by kind, each sorted by name. */
export const comparisonSchema = v.strictObject({
  resources: changes,
  tasks: changes,
  values: changes,
  outputs: changes,
  dependencies: changes,
  workflow: changes,
});

/** What may come of looking for a snapshot and reading it. */
export const pointErrors = ['snapshot.not_found', 'snapshot.corrupt', 'log.compacted'] as const;
