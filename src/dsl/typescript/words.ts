/** The words of a workflow in TypeScript: what `import … from 'sloth-runner'` gives to it. */
export type { FileStat, HttpResult } from '../../model/host.ts';
export type { JsonObject, JsonValue } from '../../model/json.ts';
export type { RetryStrategy, TaskContext, TaskResult } from '../../model/workflow.ts';
export type { ProcessResult } from './ProcessResult.ts';
export type {
  Dependencies,
  DependencyResult,
  Outputs,
  TaskFunction,
  TaskReturn,
} from './TaskFunction.ts';
export type { Duration } from './words/duration.ts';
export { exec, type RunOptions } from './words/exec.ts';
export { json, yaml } from './words/formats.ts';
export { fs } from './words/fs.ts';
export { env, params, values } from './words/given.ts';
export { type HttpAnswer, http, type RequestOptions } from './words/http.ts';
export { log } from './words/log.ts';
export {
  type DeclareResource,
  type Resource,
  type ResourceFields,
  type ResourceSettings,
  resource,
} from './words/resource.ts';
export { secret } from './words/secret.ts';
export { stack } from './words/stack.ts';
export { state } from './words/state.ts';
export {
  type ActionInput,
  type FailureInput,
  type SuccessInput,
  type TaskBuilder,
  type TaskFields,
  type TaskNames,
  task,
} from './words/task.ts';
export {
  type CompleteInput,
  type RequirementFields,
  type TaskList,
  type WorkflowBuilder,
  type WorkflowFields,
  type WorkflowSettings,
  workflow,
} from './words/workflow.ts';
