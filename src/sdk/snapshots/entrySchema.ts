import * as v from 'valibot';

const text = v.string();
const texts = v.array(text);
const number = v.number();
const known = v.optional;

const storedValue = v.union([
  v.strictObject({ value: v.any(), sensitive: known(v.literal(false)) }),
  v.strictObject({ sealed: text, sensitive: v.literal(true) }),
]);
const position = v.looseObject({ file: text, line: number });

/** What the bodies of a snapshot's entries must hold, by their kind; more is allowed, for later versions. */
const bodies = {
  value: storedValue,
  output: storedValue,
  resource: v.looseObject({
    type: text,
    status: v.picklist(['applied', 'creating', 'updating', 'replacing', 'deleting', 'failed']),
    properties: storedValue,
    attributes: storedValue,
    masked: texts,
    identity: text,
    host: text,
    dependencies: texts,
    options: v.looseObject({
      severity: v.record(text, text),
      impact: v.record(text, text),
      ignore: texts,
      protect: v.boolean(),
      prune: v.boolean(),
      sensitive: texts,
      version: text,
    }),
    at: position,
    appliedAt: v.nullable(number),
  }),
  task: v.looseObject({
    workflow: text,
    description: text,
    timeout: v.nullable(number),
    retries: number,
    dependsOn: texts,
    tags: texts,
  }),
  dependency: v.looseObject({
    declarations: known(
      v.array(v.looseObject({ source: text, by: text, range: text, at: v.nullable(position) })),
    ),
    used: known(
      v.looseObject({
        lineage: text,
        outputs: v.record(text, v.looseObject({ serial: number, execution: text })),
      }),
    ),
  }),
  workflow: v.looseObject({ name: text, version: text }),
} as const;

/** An entry of a snapshot that comes from elsewhere, checked whole before anything is kept. */
export const entrySchema = v.variant(
  'kind',
  (Object.keys(bodies) as (keyof typeof bodies)[]).map((kind) =>
    v.strictObject({
      kind: v.literal(kind),
      name: v.pipe(text, v.nonEmpty()),
      body: bodies[kind] as (typeof bodies)['workflow'],
    }),
  ) as [v.StrictObjectSchema<never, undefined>],
);
