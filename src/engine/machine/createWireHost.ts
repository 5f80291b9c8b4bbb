import { SlothError } from '../../errors/SlothError.ts';
import { bytesToText, textToBytes } from '../../model/bytes.ts';
import { parseExactJson } from '../../model/exactJson.ts';
import type { HttpOptions, HttpResult, TaskHost } from '../../model/host.ts';
import type { JsonValue } from '../../model/json.ts';

import { createFetch, type Fetch } from './createFetch.ts';

/** The part of a task's host that speaks HTTP and reads formats. */
export type WireHost = Pick<TaskHost, 'http' | 'jsonDecode' | 'yamlDecode' | 'yamlEncode'>;

/** How long an HTTP request may take where the workflow doesn't say, in milliseconds. */
const HTTP_TIMEOUT = 30_000;

/** Serves `http`, through the proxies that `env` names, `json` and `yaml`; requests under way end with the signal. */
export function createWireHost(
  signal: AbortSignal,
  env: Readonly<Record<string, string>>,
): WireHost {
  const send = createFetch(env);
  return {
    http: (url, options = {}) => request(url, options, signal, send),
    jsonDecode: (text) => parse('json.decode', () => parseExactJson(text)),
    yamlDecode: async (text) => {
      const { parseExactYaml } = await import('./exactYaml.ts');
      return parse('yaml.decode', () => parseExactYaml(text));
    },
    yamlEncode: async (value) => (await import('yaml')).stringify(value),
  };
}

async function request(
  url: string,
  options: HttpOptions,
  signal: AbortSignal,
  send: Fetch,
): Promise<HttpResult> {
  const limit = AbortSignal.timeout(options.timeout ?? HTTP_TIMEOUT);
  try {
    const answer = await send(url, {
      method: options.method ?? 'GET',
      headers: { ...options.headers },
      signal: AbortSignal.any([signal, limit]),
      ...(options.body === undefined ? {} : { body: bodyOf(options.body) }),
    });
    return {
      status: answer.status,
      ok: answer.ok,
      headers: Object.fromEntries(answer.headers),
      body: bytesToText(new Uint8Array(await answer.arrayBuffer())),
    };
  } catch (cause) {
    const name = `http.${(options.method ?? 'GET').toLowerCase()}`;
    const reason = limit.aborted ? 'no answer in time' : failureOf(cause);
    throw new SlothError(
      'host.call_failed',
      { name, reason: `${shown(url)}: ${reason}` },
      { cause },
    );
  }
}

/** A text is sent, and announced, as one; anything else as the bytes that it is. */
function bodyOf(body: string): string | Uint8Array<ArrayBuffer> {
  return body.isWellFormed() ? body : Uint8Array.from(textToBytes(body));
}

/** An URL as an error may show it: without user, password and query. */
function shown(url: string): string {
  if (!URL.canParse(url)) return 'the URL';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** `fetch` hides why it failed in its cause. */
function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause;
  if (inner instanceof Error) return inner.message || ('code' in inner ? String(inner.code) : '');
  return error.message;
}

function parse(name: string, action: () => JsonValue): JsonValue {
  try {
    return action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlothError('host.call_failed', { name, reason }, { cause });
  }
}
