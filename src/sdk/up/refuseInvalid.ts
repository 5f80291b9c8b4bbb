import { dirname } from 'node:path';
import type { EngineContext } from '../../engine/context/EngineContext.ts';
import { declareResources, prepareResources } from '../../engine/resources/prepareResources.ts';
import { assertWorkflow } from '../../services/validation/checkWorkflow.ts';
import type { LoadWorkflowFile } from '../loadWorkflow.ts';
import type { ProjectStack } from '../project/Project.ts';
import { requestFor } from '../project/requestFor.ts';

/**
 * Refuses a stack whose workflow declares what can't be, with `workflow.invalid`: putting a new stack in
 * line makes it, and nothing is to be made for what could never run. Outputs of other stacks are not known
 * yet. Writes nothing.
 */
export async function refuseInvalid(
  { providers }: EngineContext,
  load: LoadWorkflowFile,
  stack: ProjectStack,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const request = { ...requestFor(stack), report: () => {}, unknown: () => 'always' as const };
  const { program, definition, redactor } = await load(request);
  await program.close();
  assertWorkflow(definition);
  const declared = await declareResources(definition.resources, providers);
  const { signal } = new AbortController();
  const machine = providers.machine({ workdir: dirname(program.file), env, signal });
  await prepareResources(declared, { machine, redactor });
}
