import * as v from 'valibot';
import type { EngineContext } from '../../../engine/context/EngineContext.ts';
import {
  contentOfPoint,
  findPoint,
  type Point,
  pointFinder,
} from '../../../engine/snapshots/findPoint.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { hasCode } from '../../../errors/SlothError.ts';
import type { Head } from '../../../model/head.ts';
import {
  type Comparison,
  comparisonOf,
  diffContents,
} from '../../../services/snapshots/compareContents.ts';
import { diffPacks } from '../../../services/snapshots/pack/diffPacks.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { stackName, word } from '../schemas/inputs.ts';
import { comparisonSchema, POINT, pointErrors } from '../schemas/snapshot.ts';
import { shownComparison } from '../shown/snapshot.ts';

export const compareSnapshots = operation({
  id: 'snapshots.compare',
  summary: 'Show what differs between two times of a stack',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    from: described(word, `${POINT}, or current`, 'V1', 'snapshot'),
    to: described(word, 'the same', 'V2', 'snapshot'),
  }),
  output: v.strictObject({
    stack: v.string(),
    /** As they are told: `v37`, `#417`, `current`. */
    from: v.string(),
    to: v.string(),
    ...comparisonSchema.entries,
  }),
  errors: pointErrors,
  http: { method: 'GET', path: '/stacks/{stack}/comparison' },
  async run({ store, caller }, { stack, from, to }) {
    const context = store.contextFor(caller);
    const head = await openStack(context, stack);
    const find = await pointFinder(context, head);
    const [a, b] = [await find(from), await find(to)];
    try {
      const comparison = shownComparison(await differences(context, head, a, b));
      return { stack, from: a.label, to: b.label, ...comparison };
    } catch (error) {
      // One that was deleted meanwhile is not broken: it is gone, and that is to be said.
      if (hasCode(error, 'snapshot.corrupt')) {
        await findPoint(context, head, from);
        await findPoint(context, head, to);
      }
      throw error;
    }
  },
});

async function differences(
  context: EngineContext,
  head: Head,
  from: Point,
  to: Point,
): Promise<Comparison> {
  if (from.snapshot !== null && to.snapshot !== null) {
    const read = (hash: string): Promise<Uint8Array | undefined> => context.backend.chunk(hash);
    const [a, b] = [from.snapshot.content.chunk, to.snapshot.content.chunk];
    return comparisonOf(await diffPacks(read, a, b));
  }
  const [a, b] = [
    await contentOfPoint(context, head, from),
    await contentOfPoint(context, head, to),
  ];
  return comparisonOf(diffContents(a, b));
}
