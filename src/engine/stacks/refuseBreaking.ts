import { SlothError } from '../../errors/SlothError.ts';
import type { WorkflowDefinition } from '../../model/workflow.ts';
import type { EngineContext } from '../context/EngineContext.ts';

/**
 * Refuses with `output.breaking` a workflow that says what it publishes, and no longer says something
 * that other stacks have read: they would fail at their next run, or go on with what is gone.
 */
export async function refuseBreaking(
  { backend }: EngineContext,
  stack: string,
  { outputs }: WorkflowDefinition,
): Promise<void> {
  if (outputs === null) return;
  const consumers: string[] = [];
  for (const { lineage, name } of await backend.list({ dependsOn: stack })) {
    const view = await backend.read({ lineage }, [{ kind: 'dependency', name: stack }]);
    const used = Object.keys(view?.content.dependency.get(stack)?.used?.outputs ?? {});
    const lost = used.filter((output) => !outputs.includes(output)).sort();
    if (lost.length > 0) consumers.push(`${name} uses ${lost.join(', ')}`);
  }
  if (consumers.length > 0) throw new SlothError('output.breaking', { stack, consumers });
}
