import type { ProviderSource } from '../../engine/context/EngineContext.ts';
import type { Provider } from '../../model/provider.ts';
import type { Signer } from '../../services/secrets/signer.ts';
import { findProvider, providerTypes } from './builtinProviders.ts';
import { createProviderMachine } from './createProviderMachine.ts';

/**
 * The providers of the program and of the configuration (files by type). One of the configuration
 * stands before one of the program: whoever names it means it. Each is loaded when it is first needed.
 */
export function createProviderSource(
  own: Readonly<Record<string, string>>,
  signer: Signer,
  notice: (message: string) => void,
): ProviderSource {
  const loaded = new Map<string, Promise<Provider | undefined>>();
  const load = async (type: string): Promise<Provider | undefined> => {
    const file = Object.hasOwn(own, type) ? own[type] : undefined;
    if (file === undefined) return findProvider(type);
    const { loadProvider } = await import('./loadProvider.ts');
    return loadProvider(type, file);
  };
  return {
    types: [...new Set([...providerTypes, ...Object.keys(own)])],
    find(type) {
      const known = loaded.get(type) ?? load(type);
      loaded.set(type, known);
      return known;
    },
    machine: (options) => createProviderMachine({ ...options, signer, notice }),
  };
}
