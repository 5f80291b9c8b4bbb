import type { WorkflowDefinition } from '../workflow.ts';

/** A workflow with plain defaults and nothing in it, for tests that care about a few of its facts. */
export function sketchWorkflow(facts: Partial<WorkflowDefinition> = {}): WorkflowDefinition {
  return {
    name: 'w',
    description: '',
    version: '1.0.0',
    tasks: [],
    resources: [],
    config: {
      timeout: null,
      requireLock: null,
      createSnapshot: null,
      validateBefore: null,
      detectDrift: null,
      onFailure: null,
      maxParallelTasks: null,
    },
    dependsOn: [],
    outputs: null,
    requires: { files: [], programs: [], env: [], disk: null },
    onStart: null,
    onComplete: null,
    at: { file: 'w.sloth', line: 1 },
    ...facts,
  };
}
