import type { EngineContext } from '../../engine/context/EngineContext.ts';
import { compactLog, cutOf } from '../../engine/log/compactLog.ts';
import { verifyStackLog } from '../../engine/log/verifyStackLog.ts';
import { openStack } from '../../engine/stacks/openStack.ts';
import { comparisonOf } from '../../services/snapshots/compareContents.ts';
import { differencesOf } from '../../services/snapshots/differencesOf.ts';
import { contentAt } from '../../services/snapshots/readSnapshot.ts';
import type { Runner } from '../Runner.ts';

/** The façade's operations on the logs of stacks. */
export function createStacksFacade(context: EngineContext): Runner['stacks'] {
  const { backend } = context;

  return {
    async changes(name, options = {}) {
      const head = await openStack(context, name);
      const begin = (await cutOf(context, head.lineage))?.serial ?? 0;
      const { limit = head.serial } = options;
      const after = Math.max(begin, head.serial - limit);
      const content = await contentAt(backend, head.lineage, after);
      const commits = await backend.commits(head.lineage, { after });
      return commits.map((commit) => {
        return { commit, comparison: comparisonOf(differencesOf(commit, content)) };
      });
    },

    async compactLog(name, { keepFor }) {
      const head = await openStack(context, name);
      return compactLog(context, head, (await backend.now()) - keepFor);
    },

    async verifyLog(name, { anchor } = {}) {
      const head = await openStack(context, name);
      if (anchor === undefined) return verifyStackLog(backend, head);
      const { verifyAnchored } = await import('../anchor/verifyAnchored.ts');
      return verifyAnchored(backend, head, anchor, context.clock());
    },
  };
}
