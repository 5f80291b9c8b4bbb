import type { SourcePosition, TaskDefinition } from './workflow.ts';

/** A task of which nothing is said but its name. */
export function bareTask(name: string, at: SourcePosition): TaskDefinition {
  return {
    name,
    description: '',
    command: null,
    workdir: null,
    env: {},
    user: null,
    timeout: null,
    retries: { count: 0, strategy: 'fixed' },
    dependsOn: [],
    runIf: null,
    abortIf: null,
    preHook: null,
    postHook: null,
    onSuccess: null,
    onFailure: null,
    onTimeout: null,
    artifacts: [],
    consumes: [],
    tags: [],
    at,
  };
}
