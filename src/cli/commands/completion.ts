import { SlothError } from '../../sdk/presentation.ts';
import { argument, type CommandContext, type CommandSpec } from '../CommandSpec.ts';
import { type Candidates, completeLine } from '../completion/completeLine.ts';
import { completionScripts } from '../completion/scripts.ts';

const SHELLS = Object.keys(completionScripts);

export const completion: CommandSpec = {
  path: ['completion'],
  summary: 'Print the completion script of a shell: bash, zsh or fish',
  args: [{ name: 'SHELL', help: SHELLS.join(', '), complete: SHELLS }],
  examples: ['source <(sloth-runner completion bash)'],
  async run({ terminal }, input) {
    const shell = argument(input, 0);
    const script = completionScripts[shell];
    if (script === undefined) {
      const reason = `there is no completion for '${shell}'; it is one of ${SHELLS.join(', ')}`;
      throw new SlothError('usage.invalid', { reason, command: 'completion' });
    }
    terminal.out(script);
    return 0;
  },
};

/** The command that the scripts call; gets all commands, because it is one of them. */
export function createCompleteCommand(commands: () => readonly CommandSpec[]): CommandSpec {
  return {
    path: ['__complete'],
    summary: 'Candidates for the last of the words given, one a line',
    hidden: true,
    args: [{ name: 'WORD', help: 'the words typed so far', optional: true, variadic: true }],
    async run(context, { args }) {
      const current = args.at(-1) ?? '';
      const candidates = await namesOf(context, completeLine(commands(), args), args);
      const fitting = candidates.filter((each) => each.startsWith(current));
      context.terminal.out(fitting.map((each) => `${each}\n`).join(''));
      return 0;
    },
  };
}

async function namesOf(
  context: CommandContext,
  candidates: Candidates,
  line: readonly string[],
): Promise<readonly string[]> {
  if (candidates.kind === 'none') return [];
  if (candidates.kind === 'words') return candidates.words;
  const db = line[line.indexOf('--db') + 1];
  const runner = await context.open({
    readOnly: true,
    ...(line.includes('--db') && db !== undefined ? { db } : {}),
  });
  if (candidates.kind === 'stacks') {
    return (await runner.client.stacks.list()).map(({ name }) => name);
  }
  const { snapshots } = await runner.client.snapshots.list({ stack: candidates.stack });
  return snapshots.map((each) => each.version);
}
