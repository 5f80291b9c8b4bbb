import { describeError, isSlothError } from '../errors/SlothError.ts';
import type { Content } from '../model/content.ts';
import type { ResourceEntry } from '../model/entry.ts';
import { canonicalJson } from '../model/json.ts';
import { dependentsFirst } from '../services/resources/decideDeletions.ts';
import { type ApplySession, applyResource, deleteResource } from './applyResource.ts';
import { openResource } from './storedResource.ts';

/**
 * Brings real objects back to what an older content says, before that content is restored: what was
 * made since is deleted, what was changed is applied as it was.
 *
 * The other order would forget an object that still exists. Gives the content to restore: where an
 * object could not be brought back, the stack goes on knowing it as it is.
 */
export async function rollbackObjects(
  session: ApplySession,
  older: Content,
  tell: (message: string) => void,
): Promise<Content> {
  const { context, lineage } = session;
  const view = await context.backend.read({ lineage }, [{ kind: 'resource' }]);
  const current = view?.content.resource ?? new Map<string, ResourceEntry>();
  const resource = new Map(older.resource);
  const attempt = async (address: string, action: () => Promise<unknown>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      if (!isSlothError(error) || error.code !== 'resource.failed') throw error;
      tell(`resource '${address}' could not be rolled back: ${describeError(error).why}`);
      const known = current.get(address);
      if (known !== undefined) resource.set(address, known);
    }
  };
  for (const address of dependentsFirst(current)) {
    const entry = current.get(address);
    if (entry === undefined || older.resource.has(address)) continue;
    await attempt(address, async () => deleteKnown(session, address, entry));
  }
  for (const address of dependentsFirst(older.resource).toReversed()) {
    const entry = older.resource.get(address);
    if (entry === undefined || isSame(entry, current.get(address))) continue;
    await attempt(address, () => applyKnown(session, address, entry, current.get(address)));
  }
  return { ...older, resource };
}

async function deleteKnown(
  session: ApplySession,
  address: string,
  entry: ResourceEntry,
): Promise<void> {
  const provider = await session.context.providers.find(entry.type);
  if (provider !== undefined) await deleteResource(session, address, entry, provider);
}

async function applyKnown(
  session: ApplySession,
  address: string,
  entry: ResourceEntry,
  known: ResourceEntry | undefined,
): Promise<void> {
  const { context, lineage } = session;
  const provider = await context.providers.find(entry.type);
  if (provider === undefined) return;
  const { properties } = await openResource(context, lineage, address, entry);
  const { identity, dependencies, options, at, masked } = entry;
  const secret = { ...session, isSecret: () => entry.properties.sensitive === true };
  const wanted = { address, provider, properties, identity, dependencies, options, at, masked };
  await applyResource(secret, wanted, known);
}

/** Whether an entry is as it was, times aside. */
function isSame(entry: ResourceEntry, now: ResourceEntry | undefined): boolean {
  return (
    now !== undefined &&
    canonicalJson([entry.status, entry.properties, entry.attributes]) ===
      canonicalJson([now.status, now.properties, now.attributes])
  );
}
