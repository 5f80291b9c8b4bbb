import type { CommandSpec, Completion, FlagSpec } from '../CommandSpec.ts';
import { isGroup, pathsOf } from '../findCommand.ts';
import { flagsOf } from '../parseCommand.ts';

/** What may stand at the cursor. `words` holds it all; the others are looked up in the store. */
export type Candidates =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'stacks' }
  | { readonly kind: 'snapshots'; readonly stack: string }
  /** The shell itself knows better: a file, or a free text. */
  | { readonly kind: 'none' };

/**
 * What can follow on a command line whose last word, possibly empty, is being typed. Pure: the same
 * data that parses a command completes it.
 */
export function completeLine(
  commands: readonly CommandSpec[],
  line: readonly string[],
): Candidates {
  const typed = line.slice(0, -1);
  const current = line.at(-1) ?? '';
  const { path, command } = longestCommand(commands, typed);
  if (command === undefined) return words(nextWords(commands, path));
  const flags = flagsOf(command);
  const open = openFlag(typed, flags);
  if (open !== undefined) return lookUp(open.complete, '');
  if (current.startsWith('-')) return words(Object.keys(flags).map((each) => `--${each}`));
  const args = positionals(typed, flags).slice(path.length);
  const specs = command.args ?? [];
  const spec = specs[args.length] ?? (specs.at(-1)?.variadic === true ? specs.at(-1) : undefined);
  return lookUp(spec?.complete, args[0] ?? '');
}

function words(list: readonly string[]): Candidates {
  return { kind: 'words', words: list };
}

function lookUp(complete: Completion | undefined, stack: string): Candidates {
  if (complete === 'stack') return { kind: 'stacks' };
  if (complete === 'snapshot') return { kind: 'snapshots', stack };
  return typeof complete === 'object' ? words(complete) : { kind: 'none' };
}

function longestCommand(
  commands: readonly CommandSpec[],
  typed: readonly string[],
): { readonly path: readonly string[]; readonly command: CommandSpec | undefined } {
  const path: string[] = [];
  let command: CommandSpec | undefined;
  for (const word of typed.filter((each) => !each.startsWith('-'))) {
    const next = [...path, word];
    const found = commands.find((each) =>
      pathsOf(each).some((known) => known.join(' ') === next.join(' ')),
    );
    if (found === undefined && !isGroup(commands, next)) break;
    path.push(word);
    command = found;
  }
  return { path, command };
}

/** The words that may come after those of a group; other spellings only where one was begun. */
function nextWords(commands: readonly CommandSpec[], path: readonly string[]): string[] {
  const shown = commands.filter((each) => each.hidden !== true);
  const after = (paths: readonly (readonly string[])[]): string[] => {
    const fitting = paths.filter((known) => path.every((word, index) => known[index] === word));
    return fitting.map((known) => known[path.length]).filter((word) => word !== undefined);
  };
  const next = after(shown.map((each) => each.path));
  return [...new Set(next.length > 0 ? next : after(shown.flatMap((each) => pathsOf(each))))];
}

/** The flag whose value is being typed. */
function openFlag(
  typed: readonly string[],
  flags: Readonly<Record<string, FlagSpec>>,
): FlagSpec | undefined {
  const spec = flagNamed(typed.at(-1) ?? '', flags);
  return spec?.type === 'string' ? spec : undefined;
}

function flagNamed(word: string, flags: Readonly<Record<string, FlagSpec>>): FlagSpec | undefined {
  if (word.startsWith('--')) return flags[word.slice(2)];
  if (!word.startsWith('-')) return undefined;
  return Object.values(flags).find(({ short }) => short !== undefined && `-${short}` === word);
}

function positionals(
  typed: readonly string[],
  flags: Readonly<Record<string, FlagSpec>>,
): string[] {
  return typed.filter((word, index) => {
    if (word.startsWith('-')) return false;
    return flagNamed(typed[index - 1] ?? '', flags)?.type !== 'string';
  });
}
