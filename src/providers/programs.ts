import { lastLines } from '../model/lastLines.ts';
import type { ProgramOptions, ProgramResult, ProviderMachine } from '../model/provider.ts';

/**
 * Runs a program and gives what it printed. Rejects with the last lines that it complained with where it
 * failed, and says so where there is no such program: both are reasons a person can act on.
 */
export async function runProgram(
  machine: ProviderMachine,
  command: readonly string[],
  options?: ProgramOptions,
): Promise<string> {
  const { exitCode, stdout, stderr } = await tryProgram(machine, command, options);
  if (exitCode === 0) return stdout;
  const said = lastLines(stderr.trim() || stdout).join('\n');
  const what = command.slice(0, 2).join(' ');
  throw new Error(`${what} ended with status ${exitCode}${said === '' ? '' : `: ${said}`}`);
}

/** Runs a program whose status is its answer. */
export async function tryProgram(
  machine: ProviderMachine,
  command: readonly string[],
  options?: ProgramOptions,
): Promise<ProgramResult> {
  try {
    return await machine.run(command, options);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new Error(`there is no program '${command[0]}' on this machine`, { cause });
  }
}

/** Whether a program can be found. */
export async function hasProgram(machine: ProviderMachine, program: string): Promise<boolean> {
  const { exitCode } = await machine.run(['/bin/sh', '-c', `command -v "$1"`, 'sh', program]);
  return exitCode === 0;
}
