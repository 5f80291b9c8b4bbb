import type { TaskArguments, TaskDefinition, TaskResult } from '../../model/workflow.ts';
import type { RunSession } from '../session/RunSession.ts';

/** What a function of a task is called with: itself, the parameters, and what its dependencies left. */
export function taskArguments(
  session: RunSession,
  task: TaskDefinition,
  attempt: number,
  workdir: string,
): TaskArguments {
  const deps: Record<string, TaskResult> = {};
  for (const name of task.dependsOn) {
    const result = session.results.get(name);
    if (result !== undefined) deps[name] = result;
  }
  return {
    self: {
      name: task.name,
      description: task.description,
      workflow: session.definition.name,
      stack: session.head.name,
      execution: session.authority.execution,
      attempt,
      workdir,
    },
    params: session.params,
    deps,
  };
}
