import type { ProjectStack } from './Project.ts';

/** What a run of a project's stack is asked with. */
export function requestFor(stack: ProjectStack): {
  file: string;
  stack: string;
  workflow?: string;
  valuesFile?: string;
  values?: NonNullable<ProjectStack['values']>;
} {
  const { name, file, workflow, valuesFile, values } = stack;
  return {
    file,
    stack: name,
    ...(workflow === null ? {} : { workflow }),
    ...(valuesFile === null ? {} : { valuesFile }),
    ...(values === null ? {} : { values }),
  };
}
