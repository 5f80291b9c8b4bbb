import { createHash } from 'node:crypto';
import { canonicalJson } from '../../model/json.ts';
import type { ActualObject, Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { shellQuoted } from '../../model/shellQuoted.ts';
import { leavingNoted, nothingToPutBack, withoutLeft } from '../leftAlone.ts';
import { given, optionalText, textOf } from '../property.ts';
import { tableOf } from '../table.ts';
import { untilAsExpected } from '../untilAsExpected.ts';
import { readBody } from './readBody.ts';

/** How long one request may take, in milliseconds. */
const PATIENCE = 10_000;

/** That a server answers as it should: a check. Applying it is waiting for it. */
export const httpProvider: Provider = {
  type: 'http',
  role: 'checks',
  properties: {
    url: { type: 'text', help: 'what is asked for', required: true },
    method: { type: 'text', help: 'how it is asked for (default: GET)' },
    headers: { type: 'table', help: 'headers of the request' },
    status: { type: 'number', help: 'the status of a good answer (default: 200)' },
    body: { type: 'text', help: 'a regular expression that the answer has to match' },
    wait: { type: 'number', help: 'seconds that an apply waits for it (default: 30)' },
  },
  attributes: {
    reachable: { kind: 'dependency', severity: 'critical', impact: 'What needs it does not work' },
    status: { kind: 'state', severity: 'high', impact: 'It does not answer as it should' },
    body: { kind: 'state', severity: 'high', impact: 'It answers something else' },
  },
  bounds: { most: 8, timeout: 15_000 },
  leaving: leavingNoted,
  preImages: nothingToPutBack,
  prepare(properties) {
    const { status = 200, body } = properties;
    refuseUrl(textOf(properties, 'url'));
    const method = (optionalText(properties, 'method') ?? 'GET').toUpperCase();
    if (!/^[A-Z]+$/.test(method)) throw new Error(`'${method}' is no method of HTTP`);
    if (!Number.isInteger(status) || Number(status) < 100 || Number(status) > 599) {
      throw new Error(`${String(status)} is no status of HTTP`);
    }
    if (typeof body === 'string') refusePattern(body);
    // Wrong names and values are told by what would send them.
    void new Headers(headersOf(properties));
    return { ...properties, method, status };
  },
  identity: identityOf,
  expected: async (properties) =>
    withoutLeft(properties, {
      reachable: true,
      status: properties.status ?? 200,
      ...given({ body: optionalText(properties, 'body') }),
    }),

  async read(properties, machine): Promise<ActualObject> {
    const response = await ask(properties, machine);
    if (response === undefined) return { exists: true, attributes: { reachable: false } };
    const pattern = optionalText(properties, 'body');
    const matches = pattern !== undefined && new RegExp(pattern).test(response.body);
    const body = matches ? pattern : firstLine(response.body);
    return {
      exists: true,
      attributes: {
        reachable: true,
        status: response.status,
        ...given({ body: pattern === undefined ? undefined : body }),
      },
    };
  },

  apply: (properties, _, machine) => untilAsExpected(httpProvider, properties, machine),
  delete: async () => {},
  async adopt(id, machine) {
    refuseUrl(id);
    const response = await ask({ url: id, method: 'GET' }, machine);
    if (response === undefined) throw new Error('it does not answer');
    return { url: id, status: response.status };
  },

  async take(properties, actual) {
    const { status, body } = actual;
    if (typeof body === 'string' && body !== properties.body) {
      refusePattern(body);
      if (!new RegExp(body).test(body)) {
        throw new Error('write a pattern for its body by hand: what it answers is none for itself');
      }
    }
    const known = Object.entries({ status, body }).filter(([name]) => name in properties);
    return { ...properties, ...given(Object.fromEntries(known)) };
  },

  suggest(properties) {
    const url = new URL(textOf(properties, 'url'));
    const mayHoldSecret = hiddenParts(properties, url).length > 0;
    if (mayHoldSecret) return `Ask ${plainUrl(url)} as declared, and see why it answers otherwise`;
    const method = textOf(properties, 'method') || 'GET';
    return `$ curl --include --globoff --request ${shellQuoted(method)} ${shellQuoted(url.href)}`;
  },
};

/**
 * What may hold a secret (credentials, parameters, headers) is told by a few digits of its digest: enough
 * to tell two checks apart, and too few to tell what it is.
 */
function identityOf(properties: Properties): string {
  const method = textOf(properties, 'method') || 'GET';
  const url = new URL(textOf(properties, 'url'));
  const hidden = hiddenParts(properties, url);
  if (hidden.length === 0) return `${method} ${textOf(properties, 'url')}`;
  const digest = createHash('sha256').update(canonicalJson(hidden)).digest('hex').slice(0, 6);
  return `${method} ${plainUrl(url)} #${digest}`;
}

function hiddenParts(properties: Properties, url: URL): string[] {
  const headers = Object.entries(headersOf(properties)).flat();
  return [url.username, url.password, url.search, ...headers].filter((part) => part !== '');
}

function plainUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** The answer; `undefined` where there was none, which is an observation and no failure to look. */
async function ask(
  properties: Properties,
  machine: ProviderMachine,
): Promise<{ readonly status: number; readonly body: string } | undefined> {
  const signal = AbortSignal.any([machine.signal, AbortSignal.timeout(PATIENCE)]);
  const { username, password, ...url } = withoutCredentials(textOf(properties, 'url'));
  const credentials = Buffer.from(`${username}:${password}`).toString('base64');
  const authorization =
    username === '' && password === '' ? {} : { Authorization: `Basic ${credentials}` };
  try {
    const response = await machine.fetch(url.href, {
      method: textOf(properties, 'method'),
      headers: { ...authorization, ...headersOf(properties) },
      redirect: 'manual',
      signal,
    });
    if (properties.body !== undefined) {
      return { status: response.status, body: await readBody(response) };
    }
    await response.body?.cancel();
    return { status: response.status, body: '' };
  } catch (error) {
    if (machine.signal.aborted) throw error;
    return undefined;
  }
}

/** `fetch` refuses an URL with credentials in it. */
function withoutCredentials(text: string): {
  readonly href: string;
  readonly username: string;
  readonly password: string;
} {
  const url = new URL(text);
  const [username, password] = [url.username, url.password].map(decodeURIComponent);
  url.username = '';
  url.password = '';
  return { href: url.href, username: username ?? '', password: password ?? '' };
}

function headersOf(properties: Properties): Record<string, string> {
  const headers = Object.entries(tableOf(properties, 'headers'));
  return Object.fromEntries(headers.map(([name, value]) => [name, String(value)]));
}

/** Not with the text in the message: there may be a password in it. */
function refuseUrl(text: string): void {
  if (!/^https?:/i.test(text) || !URL.canParse(text)) {
    throw new Error('its url is none of HTTP, as http://localhost:8080/health');
  }
}

function refusePattern(pattern: string): void {
  try {
    void new RegExp(pattern);
  } catch (cause) {
    throw new Error(`its body is no regular expression: ${pattern}`, { cause });
  }
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 80);
}
