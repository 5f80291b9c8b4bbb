import { BlockList, isIP } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that a request goes through, as `curl` and others read it from the environment: `http_proxy`,
 * `https_proxy`, else `all_proxy`, and not for what `no_proxy` names; each also in capitals, where small
 * letters say nothing. `undefined` for none. Throws a `TypeError` where the variable holds no URL.
 */
export function proxyFor(target: URL, env: Environment): URL | undefined {
  const named =
    variable(env, `${target.protocol.slice(0, -1)}_proxy`) || variable(env, 'all_proxy');
  if (named === '' || isExcepted(target, variable(env, 'no_proxy'))) return undefined;
  const text = named.includes('://') ? named : `http://${named}`;
  if (!URL.canParse(text)) throw new TypeError('the proxy that the environment names is no URL');
  return new URL(text);
}

/** Whether an environment names a proxy for anything. */
export function namesProxy(env: Environment): boolean {
  return ['http_proxy', 'https_proxy', 'all_proxy'].some((name) => variable(env, name) !== '');
}

function variable(env: Environment, name: string): string {
  const capitals = name.toUpperCase();
  // A web server hands a header `Proxy` to its scripts under this name: it is anybody's.
  const isForeign = capitals === 'HTTP_PROXY' && env.REQUEST_METHOD !== undefined;
  return (env[name] || (isForeign ? '' : env[capitals]) || '').trim();
}

function isExcepted(target: URL, list: string): boolean {
  const host = target.hostname.toLowerCase().replace(/^\[|\]$|\.$/g, '');
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => excepts(entry, host, port));
}

/** A name excepts those below it too; an address, or a range of them, only what is written as one. */
function excepts(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isWithin(entry, host);
  const [, name = '', only] =
    /^(\[[^\]]*\]|[^:]*(?:(?::[^:]*){2,})?)(?::(\d+))?$/.exec(entry) ?? [];
  if (only !== undefined && only !== port) return false;
  const bare = name
    .replace(/^\[|\]$/g, '')
    .replace(/^\*?\./, '')
    .replace(/\.$/, '');
  return bare !== '' && (host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`)));
}

function isWithin(range: string, host: string): boolean {
  const [network = '', bits = ''] = range.split('/');
  const family = isIP(network);
  const length = Number(bits);
  const most = family === 4 ? 32 : 128;
  if (family === 0 || isIP(host) !== family || !/^\d+$/.test(bits) || length > most) return false;
  const list = new BlockList();
  list.addSubnet(network, length, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
