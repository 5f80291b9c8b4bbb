import type {
  ActualObject,
  PreImage,
  PreImageRequest,
  Properties,
  Provider,
  ProviderMachine,
} from '../../src/model/provider.ts';
import { findProvider } from '../../src/sdk/providers/builtinProviders.ts';

/** An object of a provider with all that is done to it. */
export interface PreparedObject {
  readonly provider: Provider;
  readonly machine: ProviderMachine;
  readonly properties: Properties;
  readonly read: () => Promise<ActualObject>;
  readonly apply: () => Promise<void>;
  readonly remove: () => Promise<void>;
  readonly refuses: (action: PreImageRequest['action'], most?: number) => Promise<string>;
  /** Fails where it is refused. */
  readonly keep: (action: PreImageRequest['action']) => Promise<PreImage>;
  readonly putBack: (before: PreImage) => Promise<void>;
}

const MOST = 1_000_000;

/** Prepares an object of a type that keeps pre-images of its own; rejects with what is wrong with it. */
export async function prepareObject(
  type: string,
  machine: ProviderMachine,
  given: Properties,
): Promise<PreparedObject> {
  const provider = await findProvider(type);
  if (provider === undefined) throw new Error(`no provider for ${type}`);
  const properties = provider.prepare(given, machine);
  const { preImages } = provider;
  const refuses: PreparedObject['refuses'] = async (action, most = MOST) =>
    (await preImages?.refuses(properties, machine, { action, most })) ?? 'there are none';
  const read = (): Promise<ActualObject> => provider.read(properties, machine);
  return {
    provider,
    machine,
    properties,
    read,
    apply: async () => provider.apply(properties, await read(), machine),
    remove: () => provider.delete(properties, machine),
    refuses,
    async keep(action) {
      const reason = await refuses(action);
      if (preImages === undefined || reason !== '') throw new Error(reason);
      const kept = await preImages.keep(properties, machine, { action, most: MOST });
      // As it is stored.
      return { ...kept, data: JSON.parse(JSON.stringify(kept.data)) as PreImage['data'] };
    },
    async putBack(before) {
      await preImages?.putBack(properties, before, machine);
    },
  };
}
