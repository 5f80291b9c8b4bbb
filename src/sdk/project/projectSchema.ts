import * as v from 'valibot';

const dependency = v.pipe(
  v.string('must be a text such as database-stack or database-stack@^2.1'),
  v.regex(/^[^@\s]+(@.+)?$/, 'must be a text such as database-stack or database-stack@^2.1'),
);

const stackSchema = v.strictObject(
  {
    file: v.pipe(
      v.string('must be the path of a workflow file'),
      v.description('Workflow file, relative to this one'),
    ),
    workflow: v.pipe(
      v.optional(v.string('must be the name of a workflow')),
      v.description('Which workflow of the file, where it has several'),
    ),
    values: v.pipe(
      v.optional(
        v.union(
          [v.string(), v.record(v.string(), v.any())],
          'must be the path of a values file, or the values themselves',
        ),
      ),
      v.description('Values file, relative to this one, or the values themselves'),
    ),
    depends_on: v.pipe(
      v.optional(v.array(dependency, 'must be a list of stacks')),
      v.description('Stacks that this one needs, as name or name@range'),
    ),
    tags: v.pipe(
      v.optional(v.array(v.string('must be a text'), 'must be a list of texts')),
      v.description('For up --tag'),
    ),
    description: v.optional(v.string('must be a text')),
  },
  'must be a table with at least a file',
);

/** What a project file may say. The JSON Schema that ships with the package is made from it. */
export const projectSchema = v.strictObject(
  {
    include: v.pipe(
      v.optional(v.array(v.string('must be a path'), 'must be a list of paths')),
      v.description('Further project files, relative to this one'),
    ),
    stacks: v.pipe(
      v.optional(v.record(v.string(), stackSchema, 'must be a table of stacks')),
      v.description('The stacks of the project, by name'),
    ),
  },
  'must be a table',
);

export type ProjectFile = v.InferOutput<typeof projectSchema>;
