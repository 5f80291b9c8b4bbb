import type { PreImageEntry, ResourceEntry } from '../../model/entry.ts';
import { leftAlone } from '../../services/resources/leftAlone.ts';
import { keepPreImageCommand } from '../../services/resources/resourceCommands.ts';
import type { ApplySession } from './ApplySession.ts';
import { within, writerOf } from './applyResource.ts';
import { openPreImage, preparePreImage, putBack } from './preImages.ts';
import { readObject } from './readObject.ts';
import { acceptancesOf } from './storedAcceptances.ts';

/** What is put back, and over what. */
export interface PuttingBack {
  /** What the object was before each change since, by the serials of these; the first is put back. */
  readonly images: readonly PreImageEntry[];
  /** What the stack knows of the object. */
  readonly entry: ResourceEntry | undefined;
  /** Whether somebody asked for just this, so that an edit of others is kept and goes. */
  readonly asked: boolean;
}

/**
 * Puts an object back as it was kept, and leaves alone what somebody wants left alone. Where one image
 * is not all of the object, those of later changes are put back first: each knows only its own change.
 */
export async function putBackImage(
  session: ApplySession,
  address: string,
  { images, entry, asked }: PuttingBack,
): Promise<void> {
  const newestFirst = images.toSorted((a, b) => b.serial - a.serial);
  const [newest] = newestFirst;
  const oldest = newestFirst.at(-1);
  if (newest === undefined || oldest === undefined) return;
  const provider = await session.context.providers.find(oldest.type);
  const isEach = provider?.preImages !== undefined && provider.preImages.areWhole !== true;
  const steps = isEach ? newestFirst.filter((each) => each.unkept === '') : [oldest];
  for (const image of steps) await putOneBack(session, address, image, { newest, entry, asked });
}

async function putOneBack(
  session: ApplySession,
  address: string,
  image: PreImageEntry,
  { newest, entry, asked }: Pick<PuttingBack, 'entry' | 'asked'> & { newest: PreImageEntry },
): Promise<void> {
  const { context, lineage, machine, changing } = session;
  const provider = await context.providers.find(image.type);
  await within(address, async () => {
    if (provider === undefined) throw new Error(`there is no type '${image.type}' any more`);
    const { properties, image: kept } = await openPreImage(session, image);
    if (kept === null) throw new Error('what was kept of it is gone');
    const actual = await readObject(address, provider, properties, machine);
    const endangered = {
      address,
      provider,
      properties,
      identity: image.identity,
      origin: image.origin,
      sensitive: image.data.sensitive === true,
      status: 'updating' as const,
    };
    const now = await preparePreImage(session, endangered, actual, 'update');
    if (now !== null) {
      const command = keepPreImageCommand(address, now, writerOf(session));
      await context.writer(lineage).submit(command);
    }
    const accepted = await acceptancesOf(context, lineage, address);
    const left = [...(entry?.options.ignore ?? []), ...accepted.keys()];
    const given = actual.exists
      ? leftAlone(provider, properties, left, actual.attributes)
      : properties;
    const { properties: applied } = await openPreImage(session, newest);
    const force = asked && (now === null || now.entry.unkept === '');
    await putBack(provider, given, kept, changing, { applied, force });
  });
}

/** What people call something that was kept: `p41`, of its entry's name. */
export function imageId(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
