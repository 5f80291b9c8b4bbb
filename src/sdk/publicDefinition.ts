import type { Redactor } from '../engine/redaction/redactor.ts';
import { SlothError } from '../errors/SlothError.ts';
import { addressOf, type SourcePosition, type WorkflowDefinition } from '../model/workflow.ts';

/**
 * A workflow as it may be stored and shown: what describes it is masked. Refuses with `workflow.invalid`, at its
 * line, a name that holds a secret: a name finds something, so it can't be masked.
 */
export function publicDefinition(
  redactor: Redactor,
  definition: WorkflowDefinition,
): WorkflowDefinition {
  const assertPublic = (what: string, name: string, at: SourcePosition): void => {
    if (!redactor.givesAway(name)) return;
    const reason = `the name of ${what} '${redactor.text(name)}' holds a secret`;
    const hint = 'name it otherwise: names are stored and shown as they are';
    throw new SlothError('workflow.invalid', { reason, hint }, { source: at });
  };
  assertPublic('workflow', definition.name, definition.at);
  for (const output of definition.outputs ?? []) assertPublic('output', output, definition.at);
  for (const { name, at } of definition.tasks) assertPublic('task', name, at);
  for (const each of definition.resources) assertPublic('resource', addressOf(each), each.at);
  const mask = (text: string): string => redactor.text(text);
  return {
    ...definition,
    description: mask(definition.description),
    tasks: definition.tasks.map((task) => ({
      ...task,
      description: mask(task.description),
      tags: task.tags.map(mask),
    })),
  };
}
