import { lookAt } from '../../files/lookAt.ts';
import type { Attributes, Properties, Provider } from '../../model/provider.ts';
import { given, optionalText, textOf } from '../property.ts';
import type { ServiceManager } from './ServiceManager.ts';
import { systemd } from './systemd.ts';
import { sysv } from './sysv.ts';

/** There only where systemd is the first process. */
const SYSTEMD = '/run/systemd/system';

/** A service of the machine: whether it runs, and whether it starts with the machine. */
export const serviceProvider: Provider = {
  type: 'service',
  role: 'adjusts',
  properties: {
    name: { type: 'text', help: 'its name', required: true },
    status: { type: 'text', help: 'running or stopped (default: running)' },
    enabled: { type: 'flag', help: 'whether it starts with the machine' },
    root: { type: 'text', help: 'where etc/init.d lies, for scripts of a system of its own' },
  },
  attributes: {
    status: { kind: 'state', severity: 'critical', impact: 'Service degradation' },
    enabled: { kind: 'configuration', severity: 'high', impact: 'Not there after a restart' },
  },
  bounds: { most: 8, timeout: 30_000 },

  prepare(properties) {
    const status = optionalText(properties, 'status') ?? 'running';
    if (status !== 'running' && status !== 'stopped') {
      throw new Error(`its status '${status}' is neither running nor stopped`);
    }
    return { ...properties, status };
  },
  identity: (properties) => `${textOf(properties, 'root')}:${textOf(properties, 'name')}`,
  expected: async (properties) => declared(properties),

  async read(properties, machine) {
    const manager = await managerOf(properties);
    const state = await manager.look(machine, textOf(properties, 'name'));
    if (state === undefined) return { exists: false };
    const names = Object.keys(declared(properties));
    const all: Attributes = { ...state };
    return {
      exists: true,
      attributes: Object.fromEntries(names.map((name) => [name, all[name] ?? null])),
    };
  },

  async apply(properties, actual, machine) {
    const manager = await managerOf(properties);
    const name = textOf(properties, 'name');
    if (!actual.exists) throw new Error(`${manager.name} knows no service '${name}'`);
    const { enabled, status } = properties;
    if (typeof enabled === 'boolean' && actual.attributes.enabled !== enabled) {
      await manager.setEnabled(machine, name, enabled);
    }
    if (actual.attributes.status !== status) {
      await manager.setStatus(machine, name, status === 'stopped' ? 'stopped' : 'running');
    }
  },

  delete: async () => {},

  async adopt(id, machine) {
    const manager = await managerOf({});
    const state = await manager.look(machine, id);
    if (state === undefined) throw new Error(`${manager.name} knows no service '${id}'`);
    return { name: id, ...state };
  },

  suggest(properties, attribute) {
    const name = textOf(properties, 'name');
    if (attribute !== 'enabled') {
      return `$ service ${name} ${properties.status === 'stopped' ? 'stop' : 'start'}`;
    }
    return `$ systemctl ${properties.enabled === true ? 'enable' : 'disable'} ${name}`;
  },
};

function declared({ status, enabled }: Properties): Attributes {
  return given({ status, enabled });
}

async function managerOf(properties: Properties): Promise<ServiceManager> {
  const root = optionalText(properties, 'root');
  if (root !== undefined) return sysv(root);
  return (await lookAt(SYSTEMD)) === undefined ? sysv('/') : systemd;
}
