import type { PreImageEntry, ResourceEntry } from '../model/entry.ts';
import { leftAlone } from '../services/resources/leftAlone.ts';
import { keepPreImageCommand } from '../services/resources/resourceCommands.ts';
import type { ApplySession } from './ApplySession.ts';
import { within, writerOf } from './applyResource.ts';
import { openPreImage, preparePreImage, putBack } from './preImages.ts';
import { readObject } from './readObject.ts';
import { acceptancesOf } from './storedAcceptances.ts';

/** Puts an object back as it was kept, and leaves alone what somebody wants left alone. */
export async function putBackImage(
  session: ApplySession,
  address: string,
  image: PreImageEntry,
  entry: ResourceEntry | undefined,
): Promise<void> {
  const { context, lineage, machine } = session;
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
    await putBack(provider, given, kept, machine);
  });
}

/** What people call something that was kept: `p41`, of its entry's name. */
export function imageId(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
