import type { ProviderMachine } from '../../model/provider.ts';
import { runProgram, tryProgram } from '../programs.ts';

/** Nothing that git asks could be answered, and nothing but the folder says which repository it is for. */
export const QUIET: Readonly<Record<string, string>> = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
};

/** Git in one checkout. */
export interface Git {
  /** What it printed. Rejects with what it complained of. */
  readonly run: (...args: readonly string[]) => Promise<string>;
  /** What it printed, without the line break; empty where it failed. */
  readonly tell: (...args: readonly string[]) => Promise<string>;
  /** Whether a commit is there. */
  readonly has: (commit: string) => Promise<boolean>;
}

/** Git in the checkout at a path. */
export function gitIn(path: string, machine: ProviderMachine): Git {
  const env = { ...QUIET, ...askpassOf(machine) };
  const command = (args: readonly string[]): string[] => ['git', '-C', path, ...args];
  return {
    run: (...args) => runProgram(machine, command(args), { env }),
    async tell(...args) {
      const { exitCode, stdout } = await tryProgram(machine, command(args), { env });
      return exitCode === 0 ? stdout.trim() : '';
    },
    async has(commit) {
      const args = command(['cat-file', '-e', `${commit}^{commit}`]);
      return (await tryProgram(machine, args, { env })).exitCode === 0;
    },
  };
}

/** How somebody reaches their server is their own to say. */
function askpassOf({ env }: ProviderMachine): Record<string, string> {
  const own = env.GIT_SSH_COMMAND;
  return own === undefined ? {} : { GIT_SSH_COMMAND: own };
}
