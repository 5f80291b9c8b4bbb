import { bareTask } from '../../../model/bareTask.ts';
import type { TaskDefinition } from '../../../model/workflow.ts';

/** A task for tests that care about a few of its facts. */
export function sketchTask(name: string, facts: Partial<TaskDefinition> = {}): TaskDefinition {
  return { ...bareTask(name, { file: 'test.sloth', line: 1 }), ...facts };
}
