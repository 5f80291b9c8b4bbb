import { fromBytesText, toBytesText } from '../../files/bytesText.ts';
import { identityOfPath } from '../../files/identityOfPath.ts';
import type { PreImages, Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { editLines, readLines } from '../edits.ts';
import { leavingNoted, withoutLeft } from '../leftAlone.ts';
import { pathIn } from '../pathIn.ts';
import { runProgram, tryProgram } from '../programs.ts';
import { given, optionalText, textOf } from '../property.ts';
import {
  appended,
  formatLines,
  type Line,
  type PlacedLine,
  parseLines,
  putBackLines,
  replaced,
  without,
} from '../textLines.ts';

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
    for (const name of ['command', 'name', 'user'] as const) {
      if (/[\r\n]/.test(textOf(properties, name))) throw new Error(`its ${name} has several lines`);
    }
    return {
      ...properties,
      schedule: schedule.trim().split(/\s+/).join(' '),
      ...given({ file: file === undefined ? undefined : pathIn(machine, file) }),
    };
  },

  identity: (properties) => `${placeOf(properties)} ${textOf(properties, 'name')}`,
  expected: async (properties) => {
    const { schedule, command } = properties;
    return withoutLeft(properties, given({ schedule, command, user: fileUser(properties) }));
  },

  async read(properties, machine) {
    const lines = await readTable(properties, machine);
    const jobs = jobsOf(lines, properties).filter(({ job }) => job !== undefined);
    const [first] = jobs;
    if (first?.job === undefined) return { exists: false };
    const told = parse(fromBytesText(first.job), properties);
    if (jobs.length === 1) return { exists: true, attributes: withoutLeft(properties, told) };
    // One that stands there twice runs twice.
    return {
      exists: true,
      attributes: { ...told, schedule: `${jobs.length} times: ${told.schedule}` },
    };
  },

  async apply(properties, _, machine) {
    await editTable(properties, machine, (lines) => {
      const places = placesOf(lines, properties);
      const job = [mark(properties), toBytesText(jobLine(properties))];
      const [first] = places;
      if (first === undefined) return appended(lines, job);
      const open = lines.map((line, index) =>
        index === first ? { ...line, end: lines[places[1] ?? first]?.end ?? line.end } : line,
      );
      return replaced(open, first, job, new Set(places));
    });
  },

  async delete(properties, machine) {
    const lines = await readTable(properties, machine);
    if (placesOf(lines, properties).length === 0) return;
    await editTable(properties, machine, (known) =>
      without(known, new Set(placesOf(known, properties))),
    );
  },

  preImages: {
    refuses: async () => '',
    async keep(properties, machine) {
      const lines = await readTable(properties, machine);
      const kept = placesOf(lines, properties).map((at) => ({
        at,
        text: '',
        end: '',
        ...lines[at],
      }));
      return { data: { lines: kept } };
    },
    putBack: (properties, { data }, machine) =>
      editTable(properties, machine, (lines) => {
        const kept = data.lines as unknown as readonly PlacedLine[];
        return putBackLines(lines, new Set(placesOf(lines, properties)), kept);
      }),
  } satisfies PreImages,

  // Only in their place are they left as they are: the line is written as a whole.
  leaving: (properties, attributes, actual) => {
    const told = Object.entries(actual).filter(([name]) => attributes.includes(name));
    return leavingNoted({ ...properties, ...Object.fromEntries(told) }, attributes);
  },

  /** The jobs of the same tables that carry no mark of ours. */
  async list(declared, machine) {
    const tables = new Map(declared.map((each) => [placeOf(each), each]));
    const found = await Promise.all(
      [...tables].map(async ([place, properties]) => {
        const lines = await readTable(properties, machine);
        const jobs = lines.filter(({ text }, index) => {
          return isJob(text) && !(lines[index - 1]?.text ?? '').startsWith(MARK);
        });
        return jobs.map(({ text }) => {
          const id = fromBytesText(text);
          return { type: 'cron', identity: `${place} ${id}`, id };
        });
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
  return toBytesText(`${MARK} ${textOf(properties, 'name')}`);
}

/** Only in a file does a line say who runs it. */
function fileUser(properties: Properties): string | undefined {
  if (optionalText(properties, 'file') === undefined) return undefined;
  return optionalText(properties, 'user') ?? 'root';
}

function placeOf(properties: Properties): string {
  const file = optionalText(properties, 'file');
  if (file !== undefined) return identityOfPath(file, { followLinks: true });
  return `user ${textOf(properties, 'user')}`;
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

/** Whether a line is a job: no comment, no setting, nothing empty. */
function isJob(text: string): boolean {
  return /^\s*[@*\d]/.test(text);
}

/** Our marks, each with the job below it; one that somebody deleted is none, and the next line is theirs. */
function jobsOf(
  lines: readonly Line[],
  properties: Properties,
): { readonly at: number; readonly job: string | undefined }[] {
  return lines.flatMap(({ text }, at) => {
    if (text !== mark(properties)) return [];
    const next = lines[at + 1]?.text;
    return [{ at, job: next !== undefined && isJob(next) ? next : undefined }];
  });
}

function placesOf(lines: readonly Line[], properties: Properties): number[] {
  return jobsOf(lines, properties).flatMap(({ at, job }) =>
    job === undefined ? [at] : [at, at + 1],
  );
}

async function readTable(
  properties: Properties,
  machine: ProviderMachine,
): Promise<readonly Line[]> {
  const file = optionalText(properties, 'file');
  if (file !== undefined) return readLines({ path: file });
  const result = await tryProgram(machine, ['crontab', ...userFlags(properties), '-l']);
  if (result.exitCode === 0) return parseLines(toBytesText(result.stdout)).lines;
  // That there is no table yet is told by the status alone, and the same one as any failure has.
  if (result.stderr.includes('no crontab for')) return [];
  throw new Error(`crontab -l ended with status ${result.exitCode}: ${result.stderr.trim()}`);
}

async function editTable(
  properties: Properties,
  machine: ProviderMachine,
  edit: (lines: readonly Line[]) => readonly Line[],
): Promise<void> {
  const file = optionalText(properties, 'file');
  if (file !== undefined) return editLines({ path: file }, edit);
  const lines = edit(await readTable(properties, machine));
  const text = formatLines({ mark: '', lines });
  const command = ['crontab', ...userFlags(properties), '-'];
  // A table whose last line has no break is refused.
  const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  await runProgram(machine, command, { stdin: fromBytesText(whole) });
}

function userFlags(properties: Properties): string[] {
  const user = optionalText(properties, 'user');
  return user === undefined ? [] : ['-u', user];
}
