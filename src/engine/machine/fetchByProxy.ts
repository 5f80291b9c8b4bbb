import { Agent, type Dispatcher, ProxyAgent, fetch as send } from 'undici';
import type { ProviderMachine } from '../../model/provider.ts';
import { proxyFor } from './proxyFor.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Connections that need no proxy. */
const direct = new Agent();
/** Connections through proxies, by their URLs. */
const proxied = new Map<string, Dispatcher>();

/** `fetch` through the proxies that an environment names: each hop of a redirection through its own. */
export async function fetchByProxy(
  env: Environment,
  ...[url, init]: Parameters<ProviderMachine['fetch']>
): Promise<Response> {
  const dispatcher = direct.compose(() => (options, handler) => {
    const proxy = proxyFor(new URL(String(options.origin)), env);
    return (proxy === undefined ? direct : agentFor(proxy)).dispatch(options, handler);
  });
  const request = { ...init, dispatcher } as Parameters<typeof send>[1];
  return (await send(url, request)) as unknown as Response;
}

function agentFor(proxy: URL): Dispatcher {
  const { href, username, password } = proxy;
  const known = proxied.get(href);
  if (known !== undefined) return known;
  const key = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  const agent = new ProxyAgent({
    uri: href,
    // Only what is encrypted goes through a tunnel: most proxies allow no other.
    proxyTunnel: false,
    ...(username === '' ? {} : { token: `Basic ${key.toString('base64')}` }),
  });
  proxied.set(href, agent);
  return agent;
}
