import type { ProviderMachine } from '../../model/provider.ts';
import { namesProxy } from './proxyFor.ts';

/** What makes HTTP requests. */
export type Fetch = ProviderMachine['fetch'];

/**
 * Makes a `fetch` that goes through the proxies that an environment names. The runtime's own one can't,
 * before Node 24 not at all; what can is loaded only where there is a proxy.
 */
export function createFetch(env: Readonly<Record<string, string | undefined>>): Fetch {
  if (!namesProxy(env)) return fetch;
  return async (url, init) => {
    const { fetchByProxy } = await import('./fetchByProxy.ts');
    return fetchByProxy(env, url, init);
  };
}
