import { mkdir, readdir, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { lookAt } from '../../files/lookAt.ts';
import { runProgram, tryProgram } from '../programs.ts';
import type { ServiceManager } from './ServiceManager.ts';

/** The run levels in which a service that is enabled runs. */
const LEVELS = [2, 3, 4, 5];

/** Services as scripts in `/etc/init.d` below a root; enabled is a link in the folder of a run level. */
export function sysv(root: string): ServiceManager {
  const script = (service: string): string => join(root, 'etc/init.d', service);
  return {
    name: 'sysv',
    async look(machine, service) {
      if ((await lookAt(script(service))) === undefined) return undefined;
      const { exitCode } = await tryProgram(machine, [script(service), 'status']);
      const links = await startLinks(root, service);
      return { status: exitCode === 0 ? 'running' : 'stopped', enabled: links.length > 0 };
    },
    async setStatus(machine, service, status) {
      await runProgram(machine, [script(service), status === 'running' ? 'start' : 'stop']);
    },
    async setEnabled(_, service, enabled) {
      for (const link of await startLinks(root, service)) await unlink(link);
      if (!enabled) return;
      for (const level of LEVELS) {
        const folder = join(root, `etc/rc${level}.d`);
        await mkdir(folder, { recursive: true });
        await symlink(`../init.d/${service}`, join(folder, `S01${service}`));
      }
    },
  };
}

async function startLinks(root: string, service: string): Promise<string[]> {
  const found: string[] = [];
  for (const level of LEVELS) {
    const folder = join(root, `etc/rc${level}.d`);
    if ((await lookAt(folder)) === undefined) continue;
    const names = (await readdir(folder)).filter((name) => /^S\d\d/.test(name));
    const own = names.filter((name) => name.slice(3) === service);
    found.push(...own.map((name) => join(folder, name)));
  }
  return found;
}
