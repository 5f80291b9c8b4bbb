import { openReader, type Reader } from '../sdk/openReader.ts';
import type { FrequentRunner } from '../sdk/Runner.ts';
import type { CommandSpec } from './CommandSpec.ts';
import { lockStatus, stackList, stackOutput } from './commands/frequent.ts';
import { isDoubtful } from './isDoubtful.ts';
import { globalOptions, parseLine, runCommand } from './runCommand.ts';
import { createTerminal } from './terminal/createTerminal.ts';
import type { Terminal } from './terminal/Terminal.ts';
import { VERSION } from './version.ts';

const frequent: readonly CommandSpec<FrequentRunner>[] = [lockStatus, stackList, stackOutput];

/**
 * The start of the program, small enough to start like a native one: it answers the frequent
 * commands itself, and loads the whole program for all others and for everything out of the
 * ordinary, errors included. It writes nothing before it has the whole answer; where that can't be
 * written, the whole program says so (`lost`), and doesn't do it again.
 */
export async function startFrequent(
  argv: readonly string[],
  startWhole: (argv: readonly string[], lost?: string) => Promise<void>,
): Promise<void> {
  if (argv.length === 1 && argv[0] === '--version') {
    const terminal = createTerminal(process.env, true);
    terminal.out(`sloth-runner ${VERSION}\n`);
    const lost = terminal.lost();
    if (lost !== undefined) await startWhole(argv, lost);
    return;
  }
  // Only the whole program can tell what was typed where that is no text.
  const isFrequent =
    !isDoubtful(argv) &&
    frequent.some(({ path }) => path.every((word, index) => argv[index] === word));
  const answer = isFrequent ? await answerQuickly(argv) : undefined;
  if (answer === undefined) {
    await startWhole(argv);
    return;
  }
  answer.write();
  const lost = answer.terminal.lost();
  if (lost !== undefined) await startWhole(argv, lost);
  process.exitCode = answer.status;
}

interface Answer {
  readonly terminal: Terminal;
  readonly write: () => void;
  readonly status: number;
}

/** The answer, or `undefined` where the whole program has to find it, or find out what is wrong. */
async function answerQuickly(argv: readonly string[]): Promise<Answer | undefined> {
  const { env } = process;
  const terminal = createTerminal(env, argv.includes('--no-color'));
  const written: (() => void)[] = [];
  try {
    const line = parseLine<FrequentRunner & Pick<Reader, 'close'>>(frequent, argv);
    if (line.kind === 'help') return undefined;
    const given = globalOptions(line.input);
    const cwd = process.cwd();
    const status = await runCommand(line, {
      terminal: {
        ...terminal,
        out: (part) => void written.push(() => terminal.out(part)),
        value: (part) => void written.push(() => terminal.value(part)),
      },
      env,
      cwd,
      clock: Date.now,
      signal: new AbortController().signal,
      open: async (more = {}) => openReader({ ...given, env, cwd, ...more }),
    });
    return { terminal, write: () => written.forEach((each) => each()), status };
  } catch {
    // Not swallowed: the whole program does the same again, and reports what is wrong with it.
    return undefined;
  }
}
