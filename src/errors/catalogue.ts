import { backendErrors } from './catalogue/backendErrors.ts';
import { dependencyErrors } from './catalogue/dependencyErrors.ts';
import { stackErrors } from './catalogue/stackErrors.ts';
import { usageErrors } from './catalogue/usageErrors.ts';
import { workflowErrors } from './catalogue/workflowErrors.ts';
import type { ErrorSpec } from './ErrorSpec.ts';

/** Every error sloth-runner can report, by code. Codes are a contract: never rename one. */
export const catalogue = {
  ...stackErrors,
  ...workflowErrors,
  ...backendErrors,
  ...dependencyErrors,
  ...usageErrors,
};

export type Catalogue = typeof catalogue;
export type ErrorCode = keyof Catalogue;

/** The facts that an error of one code carries. */
export type ErrorDetails<C extends ErrorCode> = Catalogue[C] extends ErrorSpec<infer D> ? D : never;
