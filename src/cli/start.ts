import { openRunner } from '../sdk/openRunner.ts';
import { withheldVariables } from '../sdk/presentation.ts';
import { keepHeapSmall } from './keepHeapSmall.ts';
import { main, reportLost } from './main.ts';
import { readCommandLine } from './refuseBytes.ts';
import { createTerminal } from './terminal/createTerminal.ts';
import { silenceExperimental } from './terminal/silenceExperimental.ts';

const SIGNALS = [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const;

/** Ends this process, whose output could not be written, with what is said about that. */
export function startLost(reason: string, argv: readonly string[]): never {
  const terminal = createTerminal(process.env, argv.includes('--no-color'));
  process.exit(reportLost(reason, argv, terminal));
}

/**
 * Runs the program in this process and ends it. The first signal asks the command to stop in good
 * order; a second one leaves at once, and the next command on the stack clears up.
 */
export async function start(argv: readonly string[]): Promise<never> {
  silenceExperimental();
  keepHeapSmall();
  const env = { ...process.env };
  // A workflow in TypeScript runs in this process, and may start programs by itself.
  for (const name of withheldVariables(env)) delete process.env[name];
  const terminal = createTerminal(env, argv.includes('--no-color'));
  const controller = new AbortController();
  for (const [name, number] of SIGNALS) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(128 + number);
      terminal.err(`\nStopping (${name}); once more leaves at once\n`);
      controller.abort(number);
    });
  }
  const { signal } = controller;
  const parts = {
    terminal,
    env,
    cwd: process.cwd(),
    clock: Date.now,
    signal,
    open: openRunner,
    commandLine: readCommandLine,
  };
  const status = await main(argv, parts);
  // Everything was written synchronously; what a workflow left running must not keep us here.
  process.exit(status);
}
