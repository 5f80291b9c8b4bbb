import type { HttpOptions, HttpResult } from '../../../model/host.ts';
import type { JsonValue } from '../../../model/json.ts';
import { assertOptions } from '../../definition/assertOptions.ts';
import { toText, withBytes } from '../bytes.ts';
import { callHost } from '../callHost.ts';
import { strict } from '../strict.ts';
import { toJson } from '../toJson.ts';
import { type Duration, toMilliseconds } from './duration.ts';

/** Options of a request. A body that is neither text nor bytes is sent as JSON. */
export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly timeout?: Duration;
}

/** An answer of any status; `json()` reads its body as JSON. A body that is no text is there as bytes only. */
export interface HttpAnswer extends HttpResult {
  readonly bodyBytes: Uint8Array;
  json(): JsonValue;
}

const REQUEST_OPTIONS = {
  method: 'string',
  headers: 'object',
  body: 'any',
  timeout: 'any',
} as const;

type Options = Omit<RequestOptions, 'method' | 'body'>;

/** HTTP. Any status is an answer; only a missing answer is an error. */
export const http = strict('http', {
  get(url: string, options: Options = {}): Promise<HttpAnswer> {
    return send('http.get', url, { ...options, method: 'GET' });
  },
  post(url: string, body?: unknown, options: Options = {}): Promise<HttpAnswer> {
    return send('http.post', url, { ...options, body, method: 'POST' });
  },
  put(url: string, body?: unknown, options: Options = {}): Promise<HttpAnswer> {
    return send('http.put', url, { ...options, body, method: 'PUT' });
  },
  delete(url: string, options: Options = {}): Promise<HttpAnswer> {
    return send('http.delete', url, { ...options, method: 'DELETE' });
  },
  request(url: string, options: RequestOptions = {}): Promise<HttpAnswer> {
    return send('http.request', url, options);
  },
});

function send(word: string, url: string, options: RequestOptions): Promise<HttpAnswer> {
  return callHost(word, async (host) => {
    assertOptions(word, options, REQUEST_OPTIONS);
    const answer = await host.http(url, toHttpOptions(word, options));
    const own = withBytes(word, { ...answer }, ['body']);
    return Object.defineProperty(own, 'json', {
      value: () => host.jsonDecode(own.body),
    }) as HttpAnswer;
  });
}

function toHttpOptions(word: string, options: RequestOptions): HttpOptions {
  const { method, headers = {}, body, timeout } = options;
  const isContent = typeof body === 'string' || body instanceof Uint8Array;
  const isJson = body !== undefined && !isContent;
  const isTyped = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  return {
    headers: isJson && !isTyped ? { ...headers, 'content-type': 'application/json' } : headers,
    ...(method === undefined ? {} : { method }),
    ...(timeout === undefined ? {} : { timeout: toMilliseconds(word, timeout) }),
    ...(body === undefined
      ? {}
      : { body: isContent ? toText(word, body) : JSON.stringify(toJson(body, 'the body')) }),
  };
}
