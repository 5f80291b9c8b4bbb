import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { SlothError } from '../../errors/SlothError.ts';
import { shellQuoted } from '../../model/shellQuoted.ts';

/** The most bytes of one argument or one variable, its name and its end included (Linux: 32 pages). */
const LONGEST = 128 * 1024;
/** The most bytes of all arguments and variables: three quarters of what the usual stack allows. */
const ALL = 1536 * 1024;
/** A variable smaller than this is never the reason. */
const SMALL = 4096;

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh']);

/** A command with its environment. */
export interface Start {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A start that the system takes, and the end of what had to be laid beside it. */
export type FittedStart = Start & { readonly dispose: () => Promise<void> };

/**
 * Makes a start fit what the system hands to a program, whatever its size.
 *
 * A variable that is too large is laid into a private file instead, which `NAME_FILE` names; a shell's
 * command line finds it under its own name all the same (`$NAME`, not exported: no program could be
 * started with it). A command line of a shell that is too large is read from such a file. The files
 * belong to `owner`, and are gone when the program has ended and the start is disposed of. Rejects with
 * `exec.too_large` where an argument of another program is too large.
 */
export async function fitStart(
  { command, env }: Start,
  owner: { readonly uid: number; readonly gid: number } | null,
): Promise<FittedStart> {
  const large = largeVariables(env, byteLengths(command));
  const isShell = SHELLS.has(basename(command[0] ?? '')) && command[1] === '-c';
  const preamble = isShell ? large.map(readVariable).join('') : '';
  const script = isShell ? preamble + (command[2] ?? '') : '';
  const asFile = Buffer.byteLength(script) >= LONGEST;
  assertArguments(asFile ? command.toSpliced(2, 1) : command);
  if (large.length === 0 && !asFile) return { command, env, dispose: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'sloth-runner-'));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const lay = async (name: string, content: string): Promise<string> => {
      const path = join(folder, name);
      await writeFile(path, content, { mode: 0o600, flag: 'wx' });
      if (owner !== null) await chown(path, owner.uid, owner.gid);
      return path;
    };
    const fitting: Record<string, string> = { ...env };
    for (const [index, name] of large.entries()) {
      const pointer = `${name}_FILE`;
      if (pointer in env) throw tooLarge(`the variable ${name}`, env[name] ?? '');
      delete fitting[name];
      fitting[pointer] = await lay(String(index), env[name] ?? '');
    }
    const line = asFile ? `. ${shellQuoted(await lay('script', script))}` : script;
    if (owner !== null) await chown(folder, owner.uid, owner.gid);
    return { command: isShell ? command.toSpliced(2, 1, line) : command, env: fitting, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/**
 * Refuses a start that the system doesn't take as it is, with `exec.too_large`: of a program that goes on
 * when nobody is there any more to put files beside it away.
 */
export function assertFits({ command, env }: Start): void {
  assertArguments(command);
  const [name] = largeVariables(env, byteLengths(command));
  if (name !== undefined) throw tooLarge(`the variable ${name}`, env[name] ?? '');
}

/** The names of the variables that can't be handed over: the too large ones, then the largest of all. */
function largeVariables(env: Readonly<Record<string, string>>, others: number): readonly string[] {
  const sizes = Object.entries(env)
    .map(([name, value]) => ({ name, bytes: byteLengths([name, value]) }))
    .sort((a, b) => b.bytes - a.bytes);
  let total = others + sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const large: string[] = [];
  for (const { name, bytes } of sizes) {
    if (bytes < LONGEST && (total <= ALL || bytes < SMALL)) break;
    large.push(name);
    total -= bytes;
  }
  return large;
}

/** Each with its end. */
function byteLengths(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
}

/** All on one line, so that the shell's messages keep their line numbers; line breaks at the end stay. */
function readVariable(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) return '';
  return `${name}=$(cat "$${name}_FILE"; printf x); ${name}=\${${name}%x}; `;
}

function assertArguments(command: readonly string[]): void {
  for (const [index, argument] of command.entries()) {
    if (Buffer.byteLength(argument) >= LONGEST) throw tooLarge(`argument ${index}`, argument);
  }
}

function tooLarge(what: string, value: string): SlothError {
  const bytes = Buffer.byteLength(value);
  return new SlothError('exec.too_large', { what, bytes, most: LONGEST - 1 });
}
