import type { Chunk } from '../../backend/Chunk.ts';
import { sha256 } from '../../backend/sha256.ts';
import type { PreImageEntry, ResourceOrigin } from '../../model/entry.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type {
  ActualObject,
  AppliedSince,
  Attributes,
  PreImage,
  PreImageRequest,
  Properties,
  Provider,
  ProviderMachine,
} from '../../model/provider.ts';
import { objectKey } from '../../services/resources/decideMoves.ts';
import type { KeptPreImage } from '../../services/resources/resourceCommands.ts';
import { openValue, sealContext, sealValue } from '../secrets/sealValue.ts';
import type { ApplySession } from './ApplySession.ts';
import { readObject } from './readObject.ts';
import { hostOf } from './refuseOwned.ts';

/** An object that is about to be changed or deleted. */
export interface EndangeredObject {
  readonly address: string;
  readonly provider: Provider;
  readonly properties: Properties;
  readonly identity: string;
  readonly origin: ResourceOrigin;
  /** Whether it must be stored encrypted, whatever stands in it. */
  readonly sensitive: boolean;
  readonly status: PreImageEntry['status'];
}

/** Why not all of what is there can be kept; empty where it can, or nothing would be changed. */
export async function unkeptReason(
  provider: Provider,
  properties: Properties,
  machine: ProviderMachine,
  request: PreImageRequest,
): Promise<string> {
  if (provider.role === 'checks') return '';
  return (await provider.preImages?.refuses(properties, machine, request)) ?? '';
}

/**
 * What an object is, ready to be recorded before it is changed; `null` where it isn't there, or where this
 * operation kept it before. What can't be kept is recorded as that, with the reason.
 */
export async function preparePreImage(
  session: ApplySession,
  object: EndangeredObject,
  actual: ActualObject,
  action: PreImageRequest['action'],
): Promise<KeptPreImage | null> {
  const { context, lineage, authority, machine } = session;
  const { provider, properties, identity, origin, status } = object;
  const host = hostOf(context, provider);
  const key = objectKey({ type: provider.type, identity, host });
  if (provider.role === 'checks' || session.kept.has(key)) return null;
  session.kept.add(key);
  if (!actual.exists) return null;
  const request = { action, most: context.preImageMax };
  const unkept = await unkeptReason(provider, properties, machine, request);
  const image = unkept === '' ? await keep(object, actual.attributes, machine, request) : null;
  const content = image?.content === undefined ? null : Buffer.from(image.content);
  const data: JsonValue = image?.data ?? null;
  const texts = { data, content: content?.toString('utf8') ?? '' };
  const secret = object.sensitive || session.isSecret(texts) || session.isSecret(properties);
  const place = preImagePlace(lineage, provider.type, identity);
  const chunk = content === null ? null : await chunkOf(session, content, secret, place);
  return {
    entry: {
      type: provider.type,
      identity,
      host,
      execution: authority.execution,
      status,
      origin,
      properties: await sealValue(context.sealer, { ...properties }, secret, place),
      data: await sealValue(context.sealer, data, secret, place),
      content: chunk && { hash: chunk.hash, bytes: content?.byteLength ?? 0 },
      unkept,
    },
    chunks: chunk === null ? [] : [chunk],
  };
}

/** A pre-image as it was kept, in the clear. Rejects with `secret.*` where its key isn't the right one. */
export async function openPreImage(
  { context, lineage }: Pick<ApplySession, 'context' | 'lineage'>,
  entry: PreImageEntry,
): Promise<{ readonly properties: Properties; readonly image: PreImage | null }> {
  const place = preImagePlace(lineage, entry.type, entry.identity);
  const properties = (await openValue(context.sealer, entry.properties, place)) as JsonObject;
  const data = await openValue(context.sealer, entry.data, place);
  if (data === null) return { properties, image: null };
  const image = { data: data as JsonObject };
  if (entry.content === null) return { properties, image };
  const bytes = await context.backend.chunk(entry.content.hash);
  if (bytes === undefined) return { properties, image: null };
  if (entry.data.sensitive !== true) return { properties, image: { ...image, content: bytes } };
  const sealed = new TextDecoder().decode(bytes);
  const opened = String(await context.sealer.open(sealed, place));
  return { properties, image: { ...image, content: Buffer.from(opened, 'base64') } };
}

/** Puts an object back as it was kept. Rejects with what its provider says where that can't be. */
export async function putBack(
  provider: Provider,
  properties: Properties,
  image: PreImage,
  machine: ProviderMachine,
  since: AppliedSince,
): Promise<void> {
  const { preImages } = provider;
  if (preImages !== undefined) {
    await preImages.putBack(properties, image, machine, preImages.areWhole ? since : undefined);
    return;
  }
  const before = image.data as Properties;
  const actual = await readObject(provider.type, provider, before, machine);
  await provider.apply(before, actual, machine);
}

/** The object by its provider's own means, else the declaration that it would fulfil as it is. */
async function keep(
  { provider, properties }: EndangeredObject,
  actual: Attributes,
  machine: ProviderMachine,
  request: PreImageRequest,
): Promise<PreImage> {
  if (provider.preImages !== undefined) {
    return provider.preImages.keep(properties, machine, request);
  }
  if (provider.take !== undefined) {
    return { data: { ...(await provider.take(properties, actual, machine)) } };
  }
  const sameNamed = Object.entries(actual).filter(([name]) => name in properties);
  return { data: { ...properties, ...Object.fromEntries(sameNamed) } };
}

async function chunkOf(
  { context }: ApplySession,
  content: Buffer,
  secret: boolean,
  place: string,
): Promise<Chunk> {
  const bytes = secret
    ? new TextEncoder().encode(await context.sealer.seal(content.toString('base64'), place))
    : new Uint8Array(content);
  return { hash: sha256(bytes), bytes };
}

/** Bound to the object and not to its address: a resource that gets another name keeps its past. */
function preImagePlace(lineage: string, type: string, identity: string): string {
  return sealContext(lineage, 'preimage', `${type} ${identity}`);
}
