import { mkdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOf } from '../../files/digestOf.ts';
import { identityOfPath } from '../../files/identityOfPath.ts';
import { lookAt } from '../../files/lookAt.ts';
import { readText } from '../../files/readText.ts';
import { lastLines } from '../../model/lastLines.ts';
import type { Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { shellQuoted } from '../../model/shellQuoted.ts';
import { leavingNoted, withoutLeft } from '../leftAlone.ts';
import { nameOfUser } from '../ownership.ts';
import { pathIn } from '../pathIn.ts';
import { optionalText, textOf } from '../property.ts';
import { replacingTheShell } from './replacingTheShell.ts';

/** How long a process may take to end by itself, and to appear, in milliseconds. */
const GRACE = 3000;
const POLL = 20;
/** How long a process is watched after its start, in milliseconds. */
const SETTLE = 100;
/** Where the kernel says which boot this is; other systems have none. */
const BOOT = '/proc/sys/kernel/random/boot_id';

/** What a pid file says: the process, when it started, what it was started as, and in which boot. */
interface PidFile {
  readonly pid: number;
  readonly started: string;
  readonly command: string;
  readonly boot: string;
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

  identity: (properties) => identityOfPath(textOf(properties, 'pidfile')),
  place: (properties) => textOf(properties, 'pidfile'),
  leaving: leavingNoted,
  preImages: {
    refuses: async () => "a process can't be kept",
    keep: async () => ({ data: {} }),
    putBack: async () => {
      throw new Error("a process can't be put back as it was");
    },
  },
  expected: async (properties) =>
    withoutLeft(properties, { status: 'running', command: fingerprint(properties) }),

  async read(properties, machine) {
    const file = await readPidFile(textOf(properties, 'pidfile'));
    if (file === undefined) return { exists: false };
    const running = isRunning(file, machine);
    return {
      exists: true,
      attributes: {
        status: running ? 'running' : 'stopped',
        command: await startedAs(file, properties, machine),
      },
    };
  },

  async apply(properties, actual, machine) {
    const expected = await processProvider.expected(properties, machine);
    const known = actual.exists ? actual.attributes : {};
    // Starting it anew is all that can be done: nothing of it happens where nothing is to be changed.
    if (actual.exists && Object.keys(expected).every((name) => known[name] === expected[name]))
      return;
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
    const [file, stat] = [await readPidFile(path), await lookAt(path)];
    if (file === undefined || stat === undefined || !isRunning(file, machine)) return undefined;
    const by = `process ${file.pid}, started by user ${await nameOfUser(stat.uid)}`;
    return { by, at: Math.round(stat.mtimeMs), confidence: 'likely' };
  },

  suggest: (properties) => {
    const { workdir, log } = {
      workdir: textOf(properties, 'workdir'),
      log: textOf(properties, 'log'),
    };
    if (Object.keys(variables(properties)).length > 0) return `Start it again in ${workdir}`;
    const command = shellQuoted(textOf(properties, 'command'));
    return `$ cd ${shellQuoted(workdir)} && nohup sh -c ${command} >> ${shellQuoted(log)} 2>&1 &`;
  },
};

/** The shell writes the pid file itself and then becomes the program: no moment has one without the other. */
async function start(properties: Properties, machine: ProviderMachine): Promise<void> {
  const path = textOf(properties, 'pidfile');
  await mkdir(dirname(path), { recursive: true });
  const script = `
    if [ -r /proc/$$/stat ]; then started=$(cut -d' ' -f22 /proc/$$/stat)
    else started=$(ps -o lstart= -p $$); fi
    command=$SLOTH_COMMAND
    ( umask 077
      boot=$(cat ${BOOT} 2>/dev/null) || boot=
      printf '%s\\n%s\\n%s\\n%s\\n' "$$" "$started" "$SLOTH_FINGERPRINT" "$boot" > "$SLOTH_PIDFILE.partial"
      mv "$SLOTH_PIDFILE.partial" "$SLOTH_PIDFILE" )
    unset SLOTH_PIDFILE SLOTH_FINGERPRINT SLOTH_COMMAND
    exec /bin/sh -c "$command"`;
  const pid = await machine.launch(['/bin/sh', '-c', script], {
    workdir: textOf(properties, 'workdir'),
    log: textOf(properties, 'log'),
    env: {
      ...variables(properties),
      SLOTH_PIDFILE: path,
      SLOTH_FINGERPRINT: await machine.sign(fingerprint(properties)),
      SLOTH_COMMAND: replacingTheShell(textOf(properties, 'command')),
    },
  });
  for (let waited = 0; waited < GRACE; waited += POLL) {
    const file = await readPidFile(path);
    if (file?.pid === pid) return assertStays(file, properties, machine);
    await delay(POLL);
  }
  throw new Error(`process ${pid} did not start${await endOfLog(properties)}`);
}

/** A command that is none ends at once; what it said is the best reason there is. */
async function assertStays(
  file: PidFile,
  properties: Properties,
  machine: ProviderMachine,
): Promise<void> {
  for (let waited = 0; waited < SETTLE; waited += POLL) {
    if (!isRunning(file, machine)) {
      throw new Error(`its command ended at once${await endOfLog(properties)}`);
    }
    await delay(POLL);
  }
}

/** What a process printed last, where it printed anything. */
async function endOfLog(properties: Properties): Promise<string> {
  const path = textOf(properties, 'log');
  const said = lastLines((await readText(path)) ?? '');
  return said.length === 0
    ? `, and ${path} says nothing`
    : `; ${path} ends with: ${said.join('\n')}`;
}

/**
 * Ends the process and all that it started: it leads a group of its own. Also where only the leader was
 * ended: what it left behind would hold the port, or the file, that its successor needs.
 */
async function stop(properties: Properties, machine: ProviderMachine): Promise<void> {
  const file = await readPidFile(textOf(properties, 'pidfile'));
  if (file === undefined || !(await isOurGroup(file, machine))) return;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!machine.groupIsAlive(file.pid)) return;
    process.kill(-file.pid, signal);
    for (let waited = 0; waited < GRACE && machine.groupIsAlive(file.pid); waited += POLL)
      await delay(POLL);
  }
}

/**
 * Whether the number of the group can still only be ours: its leader runs, or the leader is gone in this
 * same boot, where no new process gets the number of a group that has members.
 */
async function isOurGroup(file: PidFile, machine: ProviderMachine): Promise<boolean> {
  if (isRunning(file, machine)) return true;
  if (file.boot === '' || machine.processStart(file.pid) !== undefined) return false;
  return file.boot === (await readText(BOOT))?.trim();
}

function isRunning({ pid, started }: PidFile, machine: ProviderMachine): boolean {
  return started !== '' && machine.processStart(pid) === started;
}

/** What a process was started as: another command or other variables mean a restart. */
function fingerprint(properties: Properties): string {
  const { command, workdir } = properties;
  return digestOf(JSON.stringify([command, workdir, Object.entries(variables(properties)).sort()]));
}

/**
 * What a process was started as, in the terms of `fingerprint`. The pid file lies where others may read it and
 * variables are often secrets: it holds a keyed digest, which is recognised and can't be turned back. Those of
 * earlier versions hold the fingerprint itself.
 */
async function startedAs(
  { command }: PidFile,
  properties: Properties,
  machine: ProviderMachine,
): Promise<string> {
  const wanted = fingerprint(properties);
  return (await machine.isSigned(wanted, command)) ? wanted : command;
}

function variables(properties: Properties): Record<string, string> {
  const { env } = properties;
  if (typeof env !== 'object' || env === null || Array.isArray(env)) return {};
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}

/**
 * What a pid file of ours says; `undefined` for none. Throws for any other file: a number that another
 * program wrote says nothing about when its process started, and nobody may end or replace it by that.
 */
async function readPidFile(path: string): Promise<PidFile | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  const [pid = '', started = '', command = '', boot = ''] = text.split('\n');
  if (/^\d+$/.test(pid) && Number(pid) > 1 && started !== '')
    return { pid: Number(pid), started, command, boot };
  throw new Error(`${path} is there already, and is no pid file of ours`);
}
