import * as v from 'valibot';
import type { EventQuery } from '../../../backend/StateBackend.ts';
import type { EngineContext } from '../../../engine/context/EngineContext.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { described } from '../schemas/described.ts';
import { severities } from '../schemas/event.ts';
import { limit, moment, stackName, word } from '../schemas/inputs.ts';

/** How many of the newest are told of where nothing else is asked. */
const USUAL_LIMIT = 50;

/** Which events are asked for. */
export const eventFilter = v.strictObject({
  stack: v.optional(described(stackName, 'only of this stack', 'STACK')),
  type: v.optional(
    described(v.array(word, 'is a list of types'), "only this type or family, as 'lock.*'", 'TYPE'),
  ),
  since: v.optional(described(moment, 'only from then on: 2h, or 2026-01-31T12:00', 'TIME')),
  severity: v.optional(
    described(
      v.picklist(severities, `is none of ${severities.join(', ')}`),
      `this level and above: ${severities.join(', ')}`,
      'LEVEL',
    ),
  ),
  limit: v.optional(
    described(limit, `only the newest N (default: ${USUAL_LIMIT}; 0 for all)`, 'N'),
  ),
  execution: v.optional(described(word, 'only of this execution, as e12', 'EXECUTION')),
  after: v.optional(
    described(
      v.pipe(
        v.string('is the cursor that a list of events gave'),
        v.regex(/^\d{1,15}$/, 'is no cursor that a list of events gave'),
      ),
      'only what came after a cursor that an earlier list gave (see --json)',
      'CURSOR',
    ),
  ),
});

/**
 * The query that a filter stands for. After a cursor it is for all that came since: whoever reads on from
 * there misses nothing. Rejects with `stack.not_found`.
 */
export async function queryOf(
  context: EngineContext,
  filter: v.InferOutput<typeof eventFilter>,
): Promise<EventQuery> {
  const { stack, type, since, severity, execution, after } = filter;
  const most = filter.limit ?? (after === undefined ? USUAL_LIMIT : 0);
  const now = since !== undefined && 'ago' in since ? await context.backend.now() : 0;
  return {
    ...(stack === undefined ? {} : { lineage: (await openStack(context, stack)).lineage }),
    ...(type === undefined ? {} : { types: type }),
    ...(since === undefined ? {} : { since: 'ago' in since ? now - since.ago : since.at }),
    ...(severity === undefined
      ? {}
      : { severities: severities.slice(severities.indexOf(severity)) }),
    ...(execution === undefined ? {} : { execution }),
    ...(after === undefined ? {} : { after }),
    ...(most === 0 ? {} : { limit: most }),
  };
}
