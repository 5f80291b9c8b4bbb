import { linesOf } from '../lines.ts';
import { runProgram } from '../programs.ts';
import type { ServiceManager } from './ServiceManager.ts';

/** Services of systemd, where that is the first process. */
export const systemd: ServiceManager = {
  name: 'systemd',
  async look(machine, service) {
    const properties = '--property=LoadState,ActiveState,UnitFileState';
    const printed = await runProgram(machine, ['systemctl', 'show', service, properties]);
    const state = new Map(linesOf(printed).map((line) => line.split('=') as [string, string]));
    if (state.get('LoadState') === 'not-found') return undefined;
    const active = state.get('ActiveState') ?? '';
    const isRunning = active === 'active' || active === 'reloading' || active === 'activating';
    const enabled = ['enabled', 'enabled-runtime'].includes(state.get('UnitFileState') ?? '');
    return { status: isRunning ? 'running' : 'stopped', enabled };
  },
  async setStatus(machine, service, status) {
    await runProgram(machine, ['systemctl', status === 'running' ? 'start' : 'stop', service]);
  },
  async setEnabled(machine, service, enabled) {
    await runProgram(machine, ['systemctl', enabled ? 'enable' : 'disable', service]);
  },
};
