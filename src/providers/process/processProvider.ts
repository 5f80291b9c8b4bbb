import { mkdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOf } from '../../files/digestOf.ts';
import { lookAt } from '../../files/lookAt.ts';
import { readText } from '../../files/readText.ts';
import type { Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { nameOfUser } from '../ownership.ts';
import { pathIn } from '../pathIn.ts';
import { optionalText, textOf } from '../property.ts';

/** How long a process may take to end by itself, and to appear, in milliseconds. */
const GRACE = 3000;
const POLL = 20;

/** What a pid file says: the process, when it started, and what it was started as. */
interface PidFile {
  readonly pid: number;
  readonly started: string;
  readonly command: string;
}

/**
 * A program that is kept running, known by a pid file. The file holds the start time too: a number
 * alone may be somebody else's by now.
 */
export const processProvider: Provider = {
  type: 'process',
  properties: {
    command: { type: 'text', help: 'what runs, as a shell command', required: true },
    pidfile: { type: 'text', help: 'where its process id is kept', required: true },
    workdir: { type: 'text', help: 'where it runs' },
    env: { type: 'table', help: 'variables it gets' },
    log: { type: 'text', help: 'where its output goes' },
  },
  attributes: {
    status: { kind: 'state', severity: 'high', impact: 'Service degradation' },
    command: { kind: 'configuration', severity: 'high', impact: 'Runs as something else' },
  },

  prepare(properties, machine) {
    const pidfile = pathIn(machine, textOf(properties, 'pidfile'));
    const log = optionalText(properties, 'log');
    return {
      ...properties,
      pidfile,
      workdir: pathIn(machine, optionalText(properties, 'workdir') ?? '.'),
      log: log === undefined ? `${pidfile}.log` : pathIn(machine, log),
    };
  },

  identity: (properties) => textOf(properties, 'pidfile'),
  expected: async (properties) => ({ status: 'running', command: fingerprint(properties) }),

  async read(properties, machine) {
    const file = parsePidFile(await readText(textOf(properties, 'pidfile')));
    if (file === undefined) return { exists: false };
    const running = isRunning(file, machine);
    return {
      exists: true,
      attributes: { status: running ? 'running' : 'stopped', command: file.command },
    };
  },

  async apply(properties, _actual, machine) {
    await stop(properties, machine);
    await start(properties, machine);
  },

  async delete(properties, machine) {
    await stop(properties, machine);
    const path = textOf(properties, 'pidfile');
    if ((await lookAt(path)) !== undefined) await unlink(path);
  },

  /** Whoever wrote the pid file started it; a process that is gone leaves no trace of its end. */
  async trace(properties, machine) {
    const path = textOf(properties, 'pidfile');
    const [file, stat] = [parsePidFile(await readText(path)), await lookAt(path)];
    if (file === undefined || stat === undefined || !isRunning(file, machine)) return undefined;
    const by = `process ${file.pid}, started by user ${await nameOfUser(stat.uid)}`;
    return { by, at: Math.round(stat.mtimeMs), confidence: 'likely' };
  },

  suggest: (properties) => `$ ${textOf(properties, 'command')} &`,
};

/** The shell writes the pid file itself and then becomes the program: no moment has one without the other. */
async function start(properties: Properties, machine: ProviderMachine): Promise<void> {
  const path = textOf(properties, 'pidfile');
  await mkdir(dirname(path), { recursive: true });
  const script = `
    if [ -r /proc/$$/stat ]; then started=$(cut -d' ' -f22 /proc/$$/stat)
    else started=$(ps -o lstart= -p $$); fi
    printf '%s\\n%s\\n%s\\n' "$$" "$started" "$SLOTH_FINGERPRINT" > "$SLOTH_PIDFILE.partial"
    mv "$SLOTH_PIDFILE.partial" "$SLOTH_PIDFILE"
    exec /bin/sh -c "exec $SLOTH_COMMAND"`;
  const pid = await machine.launch(['/bin/sh', '-c', script], {
    workdir: textOf(properties, 'workdir'),
    log: textOf(properties, 'log'),
    env: {
      ...variables(properties),
      SLOTH_PIDFILE: path,
      SLOTH_FINGERPRINT: fingerprint(properties),
      SLOTH_COMMAND: textOf(properties, 'command'),
    },
  });
  for (let waited = 0; waited < GRACE; waited += POLL) {
    if (parsePidFile(await readText(path))?.pid === pid) return;
    await delay(POLL);
  }
  throw new Error(`process ${pid} did not start: ${textOf(properties, 'log')} may say why`);
}

async function stop(properties: Properties, machine: ProviderMachine): Promise<void> {
  const file = parsePidFile(await readText(textOf(properties, 'pidfile')));
  if (file === undefined || !isRunning(file, machine)) return;
  // Started as the leader of its group: what it started in turn ends with it.
  process.kill(-file.pid, 'SIGTERM');
  for (let waited = 0; waited < GRACE; waited += POLL) {
    if (!isRunning(file, machine)) return;
    await delay(POLL);
  }
  process.kill(-file.pid, 'SIGKILL');
  for (let waited = 0; waited < GRACE && isRunning(file, machine); waited += POLL)
    await delay(POLL);
}

function isRunning({ pid, started }: PidFile, machine: ProviderMachine): boolean {
  return started !== '' && machine.processStart(pid) === started;
}

/** What a process was started as: another command or other variables mean a restart. */
function fingerprint(properties: Properties): string {
  const { command, workdir } = properties;
  return digestOf(JSON.stringify([command, workdir, Object.entries(variables(properties)).sort()]));
}

function variables(properties: Properties): Record<string, string> {
  const { env } = properties;
  if (typeof env !== 'object' || env === null || Array.isArray(env)) return {};
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}

function parsePidFile(text: string | undefined): PidFile | undefined {
  const [pid = '', started = '', command = ''] = (text ?? '').split('\n');
  return /^\d+$/.test(pid) ? { pid: Number(pid), started, command } : undefined;
}
