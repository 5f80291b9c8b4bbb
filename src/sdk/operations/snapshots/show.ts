import * as v from 'valibot';
import type { EngineContext } from '../../../engine/context/EngineContext.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { hasCode } from '../../../errors/SlothError.ts';
import { isIntact } from '../../../services/snapshots/pack/packCodec.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { stackName, word } from '../schemas/inputs.ts';
import { snapshotOfStack } from '../schemas/snapshot.ts';
import { shownSnapshot } from '../shown/snapshot.ts';
import { findSnapshot } from './findSnapshot.ts';

export const showSnapshot = operation({
  id: 'snapshots.show',
  summary: 'Show a snapshot and what it holds',
  effect: 'read',
  permission: 'read',
  place: 'store',
  input: v.strictObject({
    stack: stackName,
    version: described(word, 'the version, as v38', 'VERSION', 'snapshot'),
  }),
  output: v.strictObject({
    ...snapshotOfStack.entries,
    /** Whether its own part is what its hash says; what it stands on is for `snapshots.verify` to tell. */
    intact: v.boolean(),
  }),
  errors: ['snapshot.not_found', 'log.compacted'],
  http: { method: 'GET', path: '/stacks/{stack}/snapshots/{version}' },
  async run({ store, caller }, { stack, version: name }) {
    const context = store.contextFor(caller);
    const head = await openStack(context, stack);
    const { version, snapshot } = await findSnapshot(context, head, name);
    const { chunk } = snapshot.content;
    const bytes = await wholeChunk(context.backend, chunk);
    const intact = bytes !== undefined && isIntact(chunk, bytes);
    return { stack, ...shownSnapshot(version, snapshot), intact };
  },
});

/** The bytes of a chunk; `undefined` where it is missing, or damaged. */
async function wholeChunk(
  backend: EngineContext['backend'],
  hash: string,
): Promise<Uint8Array | undefined> {
  try {
    return await backend.chunk(hash);
  } catch (error) {
    if (hasCode(error, 'backend.corrupt')) return undefined;
    throw error;
  }
}
