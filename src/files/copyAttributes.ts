import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** Where the system's own programs are, whatever PATH we were started with. */
const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
const COPY = 'cp --attributes-only --preserve=mode,xattr';
/** How long the shell stays when there is nothing to do, in milliseconds. */
const IDLE = 1000;

/**
 * Gives an open file the extended attributes and access control lists of another one. Out: whether it has
 * them all now; `true` also where this machine has no program to do it with (`cp` of the GNU coreutils).
 *
 * Node has no call for either, and nothing that it does tell says whether a file has any. So a program
 * does it, for files that are replaced and not for new ones. It gets the open files themselves, so that no
 * name can lead it astray.
 */
export async function copyAttributes(from: number, to: number): Promise<boolean> {
  const own = `/proc/${process.pid}/fd`;
  if (await run(`${COPY} ${own}/${from} ${own}/${to}`)) return true;
  return !(await canCopy());
}

let known: Promise<boolean> | undefined;
function canCopy(): Promise<boolean> {
  known ??= run(`${COPY} --version`);
  return known;
}

/** A shell that runs commands, one after the other. */
interface Shell {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  /** Who waits for the status of a command, in the order of the commands. */
  readonly waiting: ((isDone: boolean) => void)[];
  idle: NodeJS.Timeout | undefined;
  /** Whether our process stays for it. */
  readonly hold: (isHeld: boolean) => void;
}

let shell: Shell | undefined;

/**
 * Runs a command; out: whether it ended with 0. One shell runs all of them: to start a process takes the
 * longer the more memory we have, 10 ms in a run of a thousand files, and nothing else happens meanwhile.
 */
function run(command: string): Promise<boolean> {
  return new Promise((resolve) => {
    shell ??= startShell();
    clearTimeout(shell.idle);
    shell.hold(true);
    shell.waiting.push(resolve);
    shell.process.stdin.write(`${command} >/dev/null 2>&1 </dev/null; echo $?\n`);
  });
}

function startShell(): Shell {
  // A group of its own: Ctrl-C is for us to answer. It ends with its input, so also when we are killed.
  const child = spawn('/bin/sh', { env, stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  const hold = (isHeld: boolean): void => {
    for (const each of [child, child.stdin as Socket, child.stdout as Socket]) {
      if (isHeld) each.ref();
      else each.unref();
    }
  };
  const started: Shell = { process: child, waiting: [], idle: undefined, hold };
  const answer = (isDone: boolean): void => {
    started.waiting.shift()?.(isDone);
    if (started.waiting.length > 0) return;
    hold(false);
    started.idle = setTimeout(() => end(started), IDLE).unref();
  };
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) answer(line === '0');
  });
  child.stdin.on('error', () => end(started));
  child.once('error', () => end(started));
  child.once('close', () => end(started));
  return started;
}

/** Lets a shell go; who still waits for it is told that nothing was done. */
function end(ended: Shell): void {
  if (shell === ended) shell = undefined;
  ended.process.stdin.end();
  for (const tell of ended.waiting.splice(0)) tell(false);
}
