import { describeError, ExitStatus, SlothError, toSlothError } from '../sdk/presentation.ts';
import type { Runner, RunnerOptions } from '../sdk/Runner.ts';
import { commandTable } from './commandTable.ts';
import { isGroup, pathsOf } from './findCommand.ts';
import { renderCommandHelp, renderGroupHelp } from './help.ts';
import { isDoubtful } from './isDoubtful.ts';
import { refuseBytes } from './refuseBytes.ts';
import { errorAsJson, renderError } from './render/renderError.ts';
import { globalOptions, parseLine, runCommand } from './runCommand.ts';
import { jsonText, linesText } from './terminal/control.ts';
import type { Terminal } from './terminal/Terminal.ts';
import { VERSION } from './version.ts';

/** All that a run of the program takes from outside. */
export interface MainOptions {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: () => number;
  /** Aborted by the first signal, with its number as the reason. */
  readonly signal: AbortSignal;
  readonly open: (options: RunnerOptions) => Promise<Runner>;
  /** The bytes that the arguments were typed as; `undefined` where nobody can tell. */
  readonly commandLine: () => Uint8Array | undefined;
}

/** The whole program: a command line in, an exit status out. Never rejects. */
export async function main(argv: readonly string[], options: MainOptions): Promise<number> {
  const { status, printsLog } = await endOf(argv, options);
  const reason = options.terminal.lost();
  if (reason === undefined) return status;
  const failed = reportLost(reason, argv, options.terminal);
  return status === ExitStatus.done && !printsLog ? failed : status;
}

/** Says that standard output could not be written; gives the exit status for it. */
export function reportLost(reason: string, argv: readonly string[], terminal: Terminal): number {
  const error = new SlothError('output.lost', { reason });
  report(error, argv, terminal);
  return describeError(error).exit;
}

/** How a line ended. */
interface LineEnd {
  readonly status: number;
  readonly printsLog: boolean;
}

async function endOf(argv: readonly string[], options: MainOptions): Promise<LineEnd> {
  try {
    return await runLine(argv, options);
  } catch (thrown) {
    const error = toSlothError(thrown);
    report(error, argv, options.terminal);
    const status = stoppedBy(options.signal) ?? describeError(error).exit;
    return { status, printsLog: false };
  }
}

async function runLine(argv: readonly string[], options: MainOptions): Promise<LineEnd> {
  const { terminal, env, cwd, clock, signal, open } = options;
  if (argv[0] === '--version' || argv[0] === 'version') {
    terminal.out(`sloth-runner ${VERSION}\n`);
    return { status: 0, printsLog: false };
  }
  if (isDoubtful(argv)) refuseBytes(argv, options.commandLine());
  const line = parseLine(commandTable, argv);
  if (line.kind === 'help') return { status: showHelp(line.path, terminal), printsLog: false };
  const given = globalOptions(line.input);
  const quiet = line.input.flags.quiet === true || line.input.flags.json === true;
  const onNotice = (message: string): void => {
    if (!quiet) terminal.err(linesText([`${terminal.paint.warn('•')} ${message}`]));
  };
  const status = await runCommand(line, {
    terminal,
    env,
    cwd,
    clock,
    signal,
    open: (more = {}) => open({ ...given, env, cwd, onNotice, isDedicated: true, ...more }),
  });
  return { status, printsLog: line.command.printsLog === true };
}

function showHelp(words: readonly string[], terminal: Terminal): number {
  const command = commandTable.find((each) =>
    pathsOf(each).some((path) => path.join(' ') === words.join(' ')),
  );
  const lines =
    command === undefined
      ? renderGroupHelp(commandTable, isGroup(commandTable, words) ? words : [], terminal.paint)
      : renderCommandHelp(command, terminal.paint);
  terminal.out(`${lines.join('\n')}\n`);
  return 0;
}

/** The flags are looked up in the line itself: it may be the parsing that failed. */
function report(error: SlothError, argv: readonly string[], terminal: Terminal): void {
  const text = argv.includes('--json')
    ? `${jsonText(errorAsJson(error))}\n`
    : renderError(error, terminal.paint, argv.includes('--verbose'));
  terminal.err(text);
}

function stoppedBy(signal: AbortSignal): number | undefined {
  return signal.aborted && typeof signal.reason === 'number' ? 128 + signal.reason : undefined;
}
