import type { EngineContext } from '../../engine/EngineContext.ts';
import { openStack } from '../../engine/openStack.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { createSnapshotCommand } from '../../services/snapshots/createSnapshotCommand.ts';
import { contentAt, contentSize } from '../../services/snapshots/readSnapshot.ts';
import type { NamedSnapshot, Runner } from '../Runner.ts';

/** The façade's operations on snapshots. */
export function createSnapshotsFacade(context: EngineContext): Runner['snapshots'] {
  const { backend } = context;
  return {
    async create(name, options = {}) {
      const head = await openStack(context, name);
      const command = createSnapshotCommand({
        creator: options.creator ?? context.actor,
        description: options.description ?? '',
        tags: options.tags ?? [],
      });
      const { version, snapshot } = await context.writer(head.lineage).submit(command);
      return { ...snapshot, version };
    },

    async list(name) {
      const head = await openStack(context, name);
      const view = await backend.read({ lineage: head.lineage }, [{ kind: 'snapshot' }]);
      return [...(view?.content.snapshot ?? [])]
        .map(([version, body]): NamedSnapshot => ({ ...body, version }))
        .sort((a, b) => b.number - a.number);
    },

    async show(name, version) {
      const head = await openStack(context, name);
      const selection = [{ kind: 'snapshot' as const, name: version }];
      const view = await backend.read({ lineage: head.lineage }, selection);
      const snapshot = view?.content.snapshot.get(version);
      if (snapshot === undefined) {
        const latest = head.latestSnapshot?.version ?? '';
        throw new SlothError('snapshot.not_found', { stack: name, version, latest });
      }
      const content = await contentAt(backend, head.lineage, snapshot.serial);
      return {
        ...snapshot,
        version,
        stack: head.name,
        size: contentSize(content),
        resourceCount: content.resource.size,
        taskCount: content.task.size,
      };
    },
  };
}
