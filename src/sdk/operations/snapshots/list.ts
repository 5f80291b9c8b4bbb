import * as v from 'valibot';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { duration, limit, stackName, word } from '../schemas/inputs.ts';
import { count } from '../schemas/outputs.ts';
import { snapshotSchema } from '../schemas/snapshot.ts';
import { shownSnapshot } from '../shown/snapshot.ts';

export const listSnapshots = operation({
  id: 'snapshots.list',
  summary: 'List the snapshots of a stack, newest first',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    tag: v.optional(described(word, 'only with this tag')),
    creator: v.optional(described(word, 'only by this creator', 'WHO')),
    since: v.optional(described(duration, 'only younger ones, as 7d', 'TIME')),
    limit: v.optional(described(limit, 'the newest so many', 'N'), 0),
  }),
  output: v.strictObject({
    stack: v.string(),
    snapshots: v.array(snapshotSchema),
    /** How many there are without the limit. */
    total: count,
  }),
  errors: [],
  http: { method: 'GET', path: '/stacks/{stack}/snapshots' },
  async run({ store, caller }, { stack, tag, creator, since, limit: most }) {
    const context = store.contextFor(caller);
    const { backend } = context;
    const { lineage } = await openStack(context, stack);
    const view = await backend.read({ lineage }, [{ kind: 'snapshot' }]);
    const oldest = since === undefined ? 0 : (await backend.now()) - since;
    const all = [...(view?.content.snapshot ?? [])]
      .filter(([, each]) => tag === undefined || each.tags.includes(tag))
      .filter(([, each]) => creator === undefined || each.creator === creator)
      .filter(([, each]) => each.createdAt >= oldest)
      .sort(([, a], [, b]) => b.number - a.number)
      .map(([version, each]) => shownSnapshot(version, each));
    return { stack, snapshots: most === 0 ? all : all.slice(0, most), total: all.length };
  },
});
