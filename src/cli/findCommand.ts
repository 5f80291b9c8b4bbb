import { nearest, SlothError } from '../sdk/presentation.ts';
import type { CommandSpec } from './CommandSpec.ts';

/** A command and what is left of the line after its words. */
export interface FoundCommand<R> {
  readonly command: CommandSpec<R>;
  readonly rest: readonly string[];
}

/**
 * Finds the command that a line begins with; the longest path wins. A group of commands
 * (`stack lock`) alone is `undefined`, for its help; words that are no command are refused with the
 * nearest ones.
 */
export function findCommand<R>(
  commands: readonly CommandSpec<R>[],
  argv: readonly string[],
): FoundCommand<R> | undefined {
  const words = leadingWords(argv);
  for (let length = words.length; length > 0; length--) {
    const path = words.slice(0, length);
    const command = commands.find((each) => pathsOf(each).some((known) => isSame(known, path)));
    if (command !== undefined) return { command, rest: without(argv, path) };
  }
  if (words.length === 0 || isGroup(commands, words)) return undefined;
  throw unknownCommand(commands, words);
}

/** All spellings of a command. */
export function pathsOf<R>(command: CommandSpec<R>): readonly (readonly string[])[] {
  return [command.path, ...(command.aliases ?? [])];
}

/** Whether some command's path begins with these words. */
export function isGroup<R>(commands: readonly CommandSpec<R>[], words: readonly string[]): boolean {
  return commands.some((each) =>
    pathsOf(each).some(
      (path) => path.length > words.length && isSame(path.slice(0, words.length), words),
    ),
  );
}

/** The words before the first flag; global flags may stand before the command. */
function leadingWords(argv: readonly string[]): string[] {
  const words: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (word === '--') break;
    if (word === '--db' || word === '--config') index++;
    else if (!word.startsWith('-')) words.push(word);
    else if (words.length > 0) break;
  }
  return words;
}

/** The line without the words of a path, the first occurrence of each, in order. */
function without(argv: readonly string[], path: readonly string[]): string[] {
  let next = 0;
  let skip = false;
  return argv.filter((word) => {
    if (skip) {
      skip = false;
      return true;
    }
    skip = word === '--db' || word === '--config';
    if (next < path.length && word === path[next]) {
      next++;
      return false;
    }
    return true;
  });
}

function unknownCommand<R>(
  commands: readonly CommandSpec<R>[],
  words: readonly string[],
): SlothError {
  let depth = 0;
  while (depth < words.length && isGroup(commands, words.slice(0, depth + 1))) depth++;
  const typed = words.slice(0, depth + 1).join(' ');
  const candidates = new Set(
    commands
      .filter((each) => each.hidden !== true)
      .flatMap((each) => pathsOf(each))
      .filter((path) => isSame(path.slice(0, depth), words.slice(0, depth)))
      .map((path) => path.slice(0, depth + 1).join(' ')),
  );
  return new SlothError('usage.unknown_command', {
    command: typed,
    near: nearest(typed, candidates).map((each) => `'${each}'`),
  });
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}
