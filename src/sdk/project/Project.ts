import type { StackDependency } from '../../model/dependency.ts';
import type { JsonObject } from '../../model/json.ts';

/** A place in a project file. */
export interface ProjectPlace {
  readonly file: string;
  readonly line: number;
}

/** A stack as a project file declares it; paths are absolute. */
export interface ProjectStack {
  readonly name: string;
  readonly file: string;
  /** Which of the file's workflows; `null` for the only one. */
  readonly workflow: string | null;
  readonly valuesFile: string | null;
  readonly values: JsonObject | null;
  readonly dependsOn: readonly (StackDependency & { readonly at: ProjectPlace })[];
  readonly tags: readonly string[];
  readonly description: string;
  readonly at: ProjectPlace;
}

/** Stacks that belong together. */
export interface Project {
  /** The file that all others were included from. */
  readonly file: string;
  readonly files: readonly string[];
  readonly stacks: ReadonlyMap<string, ProjectStack>;
}
