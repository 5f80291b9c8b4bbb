import type { JsonObject } from '../model/json.ts';
import type { PreImageRequest, PreImages, Properties, ProviderMachine } from '../model/provider.ts';

/**
 * What would not come back of an object that is kept before a change, should it go later; to be kept with
 * it. Empty where all of it would.
 */
export async function unkeptThen(
  preImages: Pick<PreImages, 'refuses'>,
  properties: Properties,
  machine: ProviderMachine,
  request: PreImageRequest,
): Promise<{ readonly unkept: string }> {
  if (request.action === 'delete') return { unkept: '' };
  const unkept = await preImages.refuses(properties, machine, { ...request, action: 'delete' });
  return { unkept };
}

/** Refuses to make an object anew that would not be all of what it was. */
export function refuseIncomplete({ unkept }: JsonObject): void {
  if (typeof unkept === 'string' && unkept !== '') throw new Error(`it is gone, and ${unkept}`);
}
