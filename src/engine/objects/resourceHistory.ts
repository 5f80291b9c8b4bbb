import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { PreImageEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import type { PreImage, ProviderMachine } from '../../model/provider.ts';
import { preImageName, recordPutBackCommand } from '../../services/resources/resourceCommands.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { writerOf } from './applyResource.ts';
import { openPreImage } from './preImages.ts';
import { imageId, putBackImage } from './putBackImage.ts';
import { resourceFailed } from './readObject.ts';
import { imagesSince } from './rollbackObjects.ts';
import { underRunLock } from './underRunLock.ts';

/** What an object was once, as people are told it. */
export interface NamedPreImage
  extends Pick<
    PreImageEntry,
    'type' | 'identity' | 'serial' | 'at' | 'execution' | 'status' | 'origin' | 'unkept'
  > {
  /** By which it is had back: `p41`. */
  readonly id: string;
  /** Bytes of content; `null` where it has none. */
  readonly bytes: number | null;
}

/** What the object of a resource was before each change of it, the newest first. */
export async function resourceHistory(
  context: EngineContext,
  head: Head,
  address: string,
): Promise<NamedPreImage[]> {
  const images = await imagesOf(context, head, address);
  return [...images]
    .map(([name, image]) => {
      const { type, identity, serial, at, execution, status, origin, unkept, content } = image;
      const bytes = content?.bytes ?? null;
      const id = imageId(name);
      return { id, type, identity, serial, at, execution, status, origin, unkept, bytes };
    })
    .sort((a, b) => b.serial - a.serial);
}

/** What was kept of an object. Rejects with `resource.image_not_found`, also where nothing could be kept. */
export async function readPreImage(
  context: EngineContext,
  head: Head,
  address: string,
  from: string,
): Promise<PreImage> {
  const { entry } = await imageOf(context, head, address, from);
  const { image } = await openPreImage({ context, lineage: head.lineage }, entry);
  if (image !== null) return image;
  throw resourceFailed(address, new Error(entry.unkept || 'what was kept of it is gone'));
}

/**
 * Puts the object of a resource back as it was before a change, under the lock. What it is now is kept
 * first. What the stack declares stays: the next look finds drift.
 */
export async function restorePreImage(
  context: EngineContext,
  head: Head,
  {
    address,
    from,
    machine,
  }: { readonly address: string; readonly from: string; readonly machine: ProviderMachine },
): Promise<void> {
  const { lineage } = head;
  const { name } = await imageOf(context, head, address, from);
  const images = imagesSince(await imagesOf(context, head, address), name);
  const operation = 'resource restore';
  const reason = `putting ${address} back as it was (${from})`;
  await underRunLock(context, head, { operation, reason, machine }, async (session) => {
    const view = await context.backend.read({ lineage }, [{ kind: 'resource', name: address }]);
    const entry = view?.content.resource.get(address);
    await putBackImage(session, address, { images, entry, asked: true });
    await context.writer(lineage).submit(recordPutBackCommand(address, from, writerOf(session)));
  });
}

async function imageOf(
  context: EngineContext,
  head: Head,
  address: string,
  from: string,
): Promise<{ readonly name: string; readonly entry: PreImageEntry }> {
  const images = await imagesOf(context, head, address);
  const name = preImageName(address, from);
  const entry = images.get(name);
  if (entry !== undefined) return { name, entry };
  const ids = [...images.keys()].map(imageId);
  throw new SlothError('resource.image_not_found', { stack: head.name, address, id: from, ids });
}

async function imagesOf(
  { backend }: EngineContext,
  { lineage, name: stack }: Head,
  address: string,
): Promise<ReadonlyMap<string, PreImageEntry>> {
  const prefix = `${address}/`;
  const selection = [{ kind: 'preimage' as const, prefix }, { kind: 'resource' as const }];
  const view = await backend.read({ lineage }, selection);
  const images = view?.content.preimage ?? new Map<string, PreImageEntry>();
  const known = [...(view?.content.resource.keys() ?? [])];
  if (images.size > 0 || known.includes(address)) return images;
  throw new SlothError('resource.not_found', { stack, address, near: nearest(address, known) });
}
