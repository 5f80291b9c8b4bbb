import { describeError, isSlothError } from '../../errors/SlothError.ts';
import type { Content } from '../../model/content.ts';
import type { PreImageEntry, ResourceEntry } from '../../model/entry.ts';
import { decideMoves, moved, objectKey } from '../../services/resources/decideMoves.ts';
import { decideRestore, type RestoreStep } from '../../services/resources/decideRestore.ts';
import type { ApplySession } from './ApplySession.ts';
import { applyResource } from './applyResource.ts';
import { moveResources } from './moveResources.ts';
import { imageId, putBackImage } from './putBackImage.ts';
import { releaseResource, removeResource } from './removeResource.ts';
import { wantedOf } from './wantedOf.ts';

/** An object that could not be brought back. */
export interface UnrestoredObject {
  readonly resource: string;
  readonly reason: string;
}

/** What bringing the objects back came to. */
export interface RolledBackObjects {
  /** The content to restore: where an object stays as it is, the stack goes on knowing it. */
  readonly content: Content;
  readonly failed: readonly UnrestoredObject[];
}

/** An older content, and the serial that it is of; what was kept after that belongs to it. */
export interface OlderContent {
  readonly content: Content;
  readonly serial: number;
  /** The addresses whose objects are meant; all where it isn't given. */
  readonly only?: ReadonlySet<string>;
}

/**
 * Brings real objects back to what an older content says, before that content is restored: what was made
 * since is deleted, what was found is put back as it was and let go, what was changed is applied as it
 * was. The other order would forget an object that still exists.
 */
export async function rollbackObjects(
  session: ApplySession,
  older: OlderContent,
): Promise<RolledBackObjects> {
  const { context, lineage } = session;
  const known = await storedSince(session, older.serial);
  const moves = movesTo(known.current, older.content.resource);
  if (moves.size > 0) await moveResources(session, moves);
  const current = moved(known.current, moves);
  // Names of what was kept follow the addresses.
  const { images } = moves.size > 0 ? await storedSince(session, older.serial) : known;
  const resource = new Map(older.content.resource);
  const failed: UnrestoredObject[] = [];
  const stays = (address: string, reason: string): void => {
    failed.push({ resource: address, reason });
    const entry = current.get(address);
    if (entry !== undefined) resource.set(address, entry);
  };
  for (const step of decideRestore({ current, older: older.content.resource, images })) {
    const { address } = step;
    if (older.only?.has(address) === false) continue;
    try {
      if (step.does === 'keep') stays(address, step.reason);
      else await perform(session, step, { current, older: older.content.resource, images });
      if (step.does === 'release' && step.reason !== '') {
        failed.push({ resource: address, reason: step.reason });
      }
    } catch (error) {
      if (!isSlothError(error) || !LOCAL.has(error.code)) throw error;
      const { what, why } = describeError(error);
      const view = await context.backend.read({ lineage }, [{ kind: 'resource', name: address }]);
      const entry = view?.content.resource.get(address);
      if (entry !== undefined) resource.set(address, entry);
      failed.push({ resource: address, reason: session.redact(why === '' ? what : why) });
    }
  }
  return { content: { ...older.content, resource }, failed };
}

/** Failures of one object, that say nothing about the others. */
const LOCAL: ReadonlySet<string> = new Set([
  'resource.failed',
  'resource.owned',
  'plan.protected',
  'plan.found',
]);

/** What a stack knows and knew, under the addresses of then. */
export interface RestoreSituation {
  readonly current: ReadonlyMap<string, ResourceEntry>;
  readonly older: ReadonlyMap<string, ResourceEntry>;
  readonly images: ReadonlyMap<string, PreImageEntry>;
}

/** The resources of a stack, and what was kept since a serial. */
export async function storedSince(
  { context, lineage }: Pick<ApplySession, 'context' | 'lineage'>,
  serial: number,
): Promise<{
  readonly current: ReadonlyMap<string, ResourceEntry>;
  readonly images: ReadonlyMap<string, PreImageEntry>;
}> {
  const selection = [{ kind: 'resource' as const }, { kind: 'preimage' as const }];
  const view = await context.backend.read({ lineage }, selection);
  const all = view?.content.preimage ?? new Map<string, PreImageEntry>();
  return {
    current: view?.content.resource ?? new Map(),
    // A content that was imported is of no serial: what was kept has nothing to do with it.
    images: new Map([...all].filter(([, image]) => serial > 0 && image.serial > serial)),
  };
}

/** The addresses that objects had then, by those they have now. */
export function movesTo(
  current: ReadonlyMap<string, ResourceEntry>,
  older: ReadonlyMap<string, ResourceEntry>,
): Map<string, string> {
  const then = [...older].map(([name, { type, identity, host }]) => {
    return { name, type, identity, host, moved: '' };
  });
  return decideMoves(current, then);
}

async function perform(
  session: ApplySession,
  step: RestoreStep,
  facts: RestoreSituation,
): Promise<void> {
  const { address } = step;
  const entry = facts.current.get(address);
  switch (step.does) {
    case 'delete':
    case 'release': {
      const provider = await session.context.providers.find(entry?.type ?? '');
      if (entry === undefined) return;
      if (step.does === 'delete' && provider !== undefined) {
        await removeResource(session, address, entry, provider);
        return;
      }
      await releaseResource(session, address, entry, null);
      return;
    }
    case 'put_back': {
      const images = imagesSince(facts.images, step.image);
      await putBackImage(session, address, { images, entry, asked: false });
      await releaseResource(session, address, entry ?? {}, imageId(step.image));
      return;
    }
    case 'apply': {
      const then = facts.older.get(address);
      if (then === undefined) return;
      const images = step.image === null ? [] : imagesSince(facts.images, step.image);
      await putBackImage(session, address, { images, entry: undefined, asked: false });
      await applyKnown(session, address, then, entry && sameObject(entry, then));
      return;
    }
    default:
      return;
  }
}

/** What was kept of an object before a change and those after it. */
export function imagesSince(
  images: ReadonlyMap<string, PreImageEntry>,
  name: string,
): readonly PreImageEntry[] {
  const first = images.get(name);
  if (first === undefined) return [];
  const key = objectKey(first);
  return [...images.values()].filter(
    (each) => each.serial >= first.serial && objectKey(each) === key,
  );
}

async function applyKnown(
  session: ApplySession,
  address: string,
  entry: ResourceEntry,
  known: ResourceEntry | undefined,
): Promise<void> {
  const wanted = await wantedOf(session, address, entry);
  if (wanted === undefined) return;
  const secret = { ...session, isSecret: () => entry.properties.sensitive === true };
  await applyResource(secret, wanted, known);
}

/** What is known under an address, where it is the same object. */
function sameObject(now: ResourceEntry, then: ResourceEntry): ResourceEntry | undefined {
  return objectKey(now) === objectKey(then) ? now : undefined;
}
