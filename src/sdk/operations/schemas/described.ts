import * as v from 'valibot';

/** A field with its help: lower case, without a full stop; and what stands for its value there, as `TIME`. */
export function described<S extends v.GenericSchema>(
  schema: S,
  help: string,
  placeholder = '',
): v.SchemaWithPipe<
  readonly [
    S,
    v.DescriptionAction<v.InferOutput<S>, string>,
    v.MetadataAction<v.InferOutput<S>, { readonly placeholder: string }>,
  ]
> {
  return v.pipe(schema, v.description(help), v.metadata({ placeholder }));
}
