import type { ActualObject, Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { given, optionalText, textOf } from '../property.ts';
import { tableOf } from '../table.ts';
import { untilAsExpected } from '../untilAsExpected.ts';

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
  prepare: (properties) => ({ method: 'GET', status: 200, ...properties }),
  identity: (properties) => `${textOf(properties, 'method')} ${textOf(properties, 'url')}`,
  expected: async (properties) => ({
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
    const response = await ask({ url: id, method: 'GET' }, machine);
    if (response === undefined) throw new Error(`${id} does not answer`);
    return { url: id, status: response.status };
  },
  suggest: (properties) =>
    `$ curl -i -X ${textOf(properties, 'method')} ${textOf(properties, 'url')}`,
};

/** The answer; `undefined` where there was none, which is an observation and no failure to look. */
async function ask(
  properties: Properties,
  machine: ProviderMachine,
): Promise<{ readonly status: number; readonly body: string } | undefined> {
  const headers = Object.entries(tableOf(properties, 'headers')).map(([name, value]) => [
    name,
    String(value),
  ]);
  const signal = AbortSignal.any([machine.signal, AbortSignal.timeout(PATIENCE)]);
  const url = new URL(textOf(properties, 'url'));
  try {
    const response = await fetch(url, {
      method: textOf(properties, 'method'),
      headers: Object.fromEntries(headers),
      redirect: 'manual',
      signal,
    });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    if (machine.signal.aborted) throw error;
    return undefined;
  }
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 80);
}
