import type { Command } from '../../backend/Command.ts';
import { guardWrite, type WriteAuthority } from '../../backend/guardWrite.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { deleteEntry, putEntry } from '../../model/change.ts';
import { formatDependency, type StackDependency } from '../../model/dependency.ts';
import { declarationsOf, withDeclarations, withUses } from '../../model/dependencyEntry.ts';
import type { UsedOutputs } from '../../model/entry.ts';
import { event } from '../../model/event.ts';
import { sameJson } from '../../model/json.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';

/** Declares by hand that a stack needs another. */
export function addDependencyCommand(
  dependency: StackDependency,
  by: string,
  authority: WriteAuthority,
  probe: ProbeLiveness,
): Command<void> {
  const { stack, range } = dependency;
  return {
    operation: 'deps.add',
    needs: [{ kind: 'dependency', name: stack }],
    decide: ({ head, content, now }) => {
      const permit = guardWrite(head, authority, now, probe);
      const declared = { source: 'hand', by, range, at: null } as const;
      const entry = withDeclarations(content.dependency.get(stack), 'hand', [declared]);
      const message = `stack '${head.name}' depends on ${formatDependency(dependency)}, by ${by}`;
      return {
        result: undefined,
        fence: permit.fence,
        changes: [...permit.changes, ...(entry ? [putEntry('dependency', stack, entry)] : [])],
        events: [...permit.events, event('stack.updated', 'stack', message, { stack, range })],
      };
    },
  };
}

/** Takes back what was declared by hand; refuses where only a file or a use says it. */
export function removeDependencyCommand(
  stack: string,
  by: string,
  authority: WriteAuthority,
  probe: ProbeLiveness,
): Command<void> {
  return {
    operation: 'deps.remove',
    needs: [{ kind: 'dependency' }],
    decide: ({ head, content, now }) => {
      const permit = guardWrite(head, authority, now, probe);
      const known = content.dependency.get(stack);
      if (known === undefined) {
        const all = [...content.dependency.keys()];
        throw new SlothError('deps.not_declared', { stack: head.name, dependency: stack, all });
      }
      if (!declarationsOf(known).some(({ source }) => source === 'hand')) {
        const places = declarationsOf(known).map(({ at, by: who }) =>
          at === null ? `workflow '${who}'` : `${at.file}:${at.line}`,
        );
        const where = places.length > 0 ? places : ['stack.output in its tasks'];
        throw new SlothError('deps.not_by_hand', { stack: head.name, dependency: stack, where });
      }
      const entry = withDeclarations(known, 'hand', []);
      const message = `stack '${head.name}' no longer depends on ${stack} by hand, by ${by}`;
      return {
        result: undefined,
        fence: permit.fence,
        changes: [
          ...permit.changes,
          entry === null ? deleteEntry('dependency', stack) : putEntry('dependency', stack, entry),
        ],
        events: [...permit.events, event('stack.updated', 'stack', message, { stack })],
      };
    },
  };
}

/** Records that a running execution read outputs of another stack. */
export function useOutputsCommand(
  stack: string,
  used: UsedOutputs,
  authority: WriteAuthority,
  probe: ProbeLiveness,
): Command<void> {
  return {
    operation: 'deps.use',
    execution: authority.execution,
    needs: [{ kind: 'dependency', name: stack }],
    decide: ({ head, content, now }) => {
      const permit = guardWrite(head, authority, now, probe);
      const known = content.dependency.get(stack);
      const entry = withUses(known, used);
      if (known !== undefined && sameJson(known, entry)) {
        return { result: undefined, changes: [], events: [] };
      }
      return {
        result: undefined,
        fence: permit.fence,
        changes: [...permit.changes, putEntry('dependency', stack, entry)],
        events: permit.events,
      };
    },
  };
}
