import { connect } from 'node:net';
import type { Properties, Provider } from '../../model/provider.ts';
import { leavingNoted, nothingToPutBack, withoutLeft } from '../leftAlone.ts';
import { textOf } from '../property.ts';
import { untilAsExpected } from '../untilAsExpected.ts';

/** How long one attempt to connect may take, in milliseconds. */
const PATIENCE = 3000;

/** That something listens: a check of what others provide. Applying it is waiting for it. */
export const tcpProvider: Provider = {
  type: 'tcp',
  role: 'checks',
  properties: {
    host: { type: 'text', help: 'name or address (default: 127.0.0.1)' },
    port: { type: 'number', help: 'the port that is listened on', required: true },
    wait: { type: 'number', help: 'seconds that an apply waits for it (default: 30)' },
  },
  attributes: {
    reachable: { kind: 'dependency', severity: 'critical', impact: 'What needs it does not work' },
  },
  bounds: { most: 8, timeout: 10_000 },
  leaving: leavingNoted,
  preImages: nothingToPutBack,
  prepare(properties) {
    const { port, host = '127.0.0.1' } = properties;
    if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65_535) {
      throw new Error(`${String(port)} is no port`);
    }
    if (host === '') throw new Error('its host is empty');
    return { ...properties, host };
  },
  identity: (properties) => placeOf(properties),
  expected: async (properties) => withoutLeft(properties, { reachable: true }),
  read: async (properties) => ({
    exists: true,
    attributes: { reachable: await answers(properties) },
  }),
  apply: (properties, _, machine) => untilAsExpected(tcpProvider, properties, machine),
  delete: async () => {},
  async adopt(id) {
    const [, bracketed, plain, port = ''] = /^(?:\[(.+)\]|(.+)):(\d+)$/.exec(id) ?? [];
    const host = bracketed ?? plain;
    if (host === undefined) throw new Error(`${id} is not a host and a port, as localhost:8080`);
    return { host, port: Number(port) };
  },
  suggest: (properties) => `Start what listens on ${placeOf(properties)}`,
};

function placeOf(properties: Properties): string {
  return `${textOf(properties, 'host')}:${String(properties.port)}`;
}

function answers(properties: Properties): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: textOf(properties, 'host'), port: Number(properties.port) });
    const end = (reachable: boolean): void => {
      socket.destroy();
      resolve(reachable);
    };
    socket.setTimeout(PATIENCE, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
