import { readText } from '../../files/readText.ts';
import { replaceFile } from '../../files/replaceFile.ts';
import type { Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { linesOf, textFrom } from '../lines.ts';
import { pathIn } from '../pathIn.ts';
import { runProgram, tryProgram } from '../programs.ts';
import { given, optionalText, textOf } from '../property.ts';

/**
 * A job of cron, in the table of a user (through `crontab`) or in a file of `/etc/cron.d`. A comment
 * above it says whose it is; all other lines are left alone.
 */
export const cronProvider: Provider = {
  type: 'cron',
  properties: {
    name: { type: 'text', help: 'what its comment says', required: true },
    schedule: { type: 'text', help: 'when it runs: five fields, or @daily', required: true },
    command: { type: 'text', help: 'what runs', required: true },
    user: { type: 'text', help: 'whose table it is in; in a file, who runs it' },
    file: { type: 'text', help: 'a file as in /etc/cron.d, instead of a table' },
  },
  attributes: {
    schedule: { kind: 'configuration', severity: 'medium', impact: 'Runs at another time' },
    command: { kind: 'configuration', severity: 'high', impact: 'Runs something else' },
    user: { kind: 'configuration', severity: 'high', impact: 'Runs as somebody else' },
  },

  prepare(properties, machine) {
    const [schedule, file] = [textOf(properties, 'schedule'), optionalText(properties, 'file')];
    if (!/^(@\w+|(\S+\s+){4}\S+)$/.test(schedule.trim())) {
      throw new Error(`its schedule '${schedule}' has not five fields, and is no @word`);
    }
    if (/\n/.test(textOf(properties, 'command'))) throw new Error('its command has several lines');
    return {
      ...properties,
      schedule: schedule.trim().split(/\s+/).join(' '),
      ...given({ file: file === undefined ? undefined : pathIn(machine, file) }),
    };
  },

  identity: (properties) => `${placeOf(properties)} ${textOf(properties, 'name')}`,
  expected: async (properties) => {
    const { schedule, command } = properties;
    return given({ schedule, command, user: fileUser(properties) });
  },

  async read(properties, machine) {
    const lines = await readTable(properties, machine);
    const at = lines.indexOf(mark(properties));
    const line = at === -1 ? undefined : lines[at + 1];
    if (line === undefined) return { exists: false };
    return { exists: true, attributes: parse(line, properties) };
  },

  async apply(properties, _, machine) {
    const lines = await readTable(properties, machine);
    const at = lines.indexOf(mark(properties));
    const job = [mark(properties), jobLine(properties)];
    if (at === -1) lines.push(...job);
    else lines.splice(at, 2, ...job);
    await writeTable(lines, properties, machine);
  },

  async delete(properties, machine) {
    const lines = await readTable(properties, machine);
    const at = lines.indexOf(mark(properties));
    if (at === -1) return;
    lines.splice(at, 2);
    await writeTable(lines, properties, machine);
  },

  /** The jobs of the same tables that carry no mark of ours. */
  async list(declared, machine) {
    const tables = new Map(declared.map((each) => [placeOf(each), each]));
    const found = await Promise.all(
      [...tables].map(async ([place, properties]) => {
        const lines = await readTable(properties, machine);
        const jobs = lines.filter((line, index) => {
          return /^[@*\d]/.test(line) && !(lines[index - 1] ?? '').startsWith(MARK);
        });
        return jobs.map((job) => ({ type: 'cron', identity: `${place} ${job}`, id: job }));
      }),
    );
    return found.flat();
  },

  suggest: (properties) => {
    const file = optionalText(properties, 'file');
    const place = file ?? `the table of ${optionalText(properties, 'user') ?? 'this user'}`;
    return `Write '${jobLine(properties)}' to ${place}`;
  },
};

const MARK = '# sloth-runner:';

function mark(properties: Properties): string {
  return `${MARK} ${textOf(properties, 'name')}`;
}

/** Only in a file does a line say who runs it. */
function fileUser(properties: Properties): string | undefined {
  if (optionalText(properties, 'file') === undefined) return undefined;
  return optionalText(properties, 'user') ?? 'root';
}

function placeOf(properties: Properties): string {
  return optionalText(properties, 'file') ?? `user ${textOf(properties, 'user')}`;
}

function jobLine(properties: Properties): string {
  const { schedule, command } = properties;
  return [schedule, fileUser(properties), command].filter((each) => each !== undefined).join(' ');
}

function parse(line: string, properties: Properties): Record<string, string> {
  const words = line.trim().split(/\s+/);
  const count = line.trim().startsWith('@') ? 1 : 5;
  const hasUser = fileUser(properties) !== undefined;
  const rest = new RegExp(`^\\s*(?:\\S+\\s+){${count + (hasUser ? 1 : 0)}}`);
  return {
    schedule: words.slice(0, count).join(' '),
    command: line.replace(rest, ''),
    ...given({ user: hasUser ? words[count] : undefined }),
  };
}

async function readTable(properties: Properties, machine: ProviderMachine): Promise<string[]> {
  const file = optionalText(properties, 'file');
  if (file !== undefined) return linesOf((await readText(file)) ?? '');
  const result = await tryProgram(machine, ['crontab', ...userFlags(properties), '-l']);
  if (result.exitCode === 0) return linesOf(result.stdout);
  // That there is no table yet is told by the status alone, and the same one as any failure has.
  if (result.stderr.includes('no crontab for')) return [];
  throw new Error(`crontab -l ended with status ${result.exitCode}: ${result.stderr.trim()}`);
}

async function writeTable(
  lines: readonly string[],
  properties: Properties,
  machine: ProviderMachine,
): Promise<void> {
  const file = optionalText(properties, 'file');
  if (file !== undefined) {
    await replaceFile(file, textFrom(lines));
    return;
  }
  const command = ['crontab', ...userFlags(properties), '-'];
  await runProgram(machine, command, { stdin: textFrom(lines) });
}

function userFlags(properties: Properties): string[] {
  const user = optionalText(properties, 'user');
  return user === undefined ? [] : ['-u', user];
}
