import * as v from 'valibot';

/** What a field's value can be completed with: names of that sort, or one of these. */
type Completes = 'stack' | 'snapshot' | 'file' | readonly string[];

/**
 * A field with its help: lower case, without a full stop; what stands for its value there, as `TIME`; and what
 * can complete it.
 */
export function described<S extends v.GenericSchema>(
  schema: S,
  help: string,
  placeholder = '',
  complete?: Completes,
): v.SchemaWithPipe<
  readonly [
    S,
    v.DescriptionAction<v.InferOutput<S>, string>,
    v.MetadataAction<
      v.InferOutput<S>,
      { readonly placeholder: string; readonly complete?: Completes }
    >,
  ]
> {
  return v.pipe(
    schema,
    v.description(help),
    v.metadata({ placeholder, ...(complete === undefined ? {} : { complete }) }),
  );
}
