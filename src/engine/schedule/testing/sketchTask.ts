import type { TaskDefinition } from '../../../model/workflow.ts';

/** A task definition with plain defaults, for tests that care about a few of its facts. */
export function sketchTask(name: string, facts: Partial<TaskDefinition> = {}): TaskDefinition {
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
    at: { file: 'test.sloth', line: 1 },
    ...facts,
  };
}
