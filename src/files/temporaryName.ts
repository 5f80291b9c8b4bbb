import { createHash, randomInt } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

const DIGITS = 36;
const WIDTHS = { scope: 6, pid: 5, start: 10, random: 12 } as const;
const PATTERN = /^\.sloth-([0-9a-z]{6})-([0-9a-z]{5})-([0-9a-z]{10})-[0-9a-z]{12}\.partial$/;
/** A process of another machine, container or boot can't be looked at: it has a day, in milliseconds. */
const PATIENCE = 24 * 60 * 60 * 1000;

/**
 * A name for a file on its way into a folder: 51 bytes whatever the name it will have, so that names of
 * any legal length work; not to be guessed; and telling which process made it, for `isLeftover`.
 */
export function temporaryName(): string {
  const random = Array.from({ length: WIDTHS.random }, () => randomInt(DIGITS).toString(DIGITS));
  const pid = fixed(process.pid, WIDTHS.pid);
  return `.sloth-${scope()}-${pid}-${ownStart()}-${random.join('')}.partial`;
}

/**
 * Whether a name is one of ours whose process has gone: killed, so that nobody else will ever remove it.
 * In: the name, and when it was last changed, in epoch milliseconds.
 */
export function isLeftover(name: string, changedAt: number): boolean {
  const [, where, pid = '', start] = PATTERN.exec(name) ?? [];
  if (where === undefined) return false;
  if (where !== scope()) return changedAt < Date.now() - PATIENCE;
  const number = Number.parseInt(pid, DIGITS);
  if (!isRunning(number)) return true;
  const now = startOf(String(number));
  return now !== undefined && now !== start;
}

/** Whether a name is one that `temporaryName` gives. */
export function isTemporaryName(name: string): boolean {
  return PATTERN.test(name);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not allowed to signal it: then it is there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** When a process started, in ticks since the boot; `undefined` where the system doesn't tell. */
function startOf(pid: string): string | undefined {
  const stat = textOf(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // After the program's name, which may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[19] === undefined ? undefined : fixed(Number(fields[19]), WIDTHS.start);
}

let start: string | undefined;
function ownStart(): string {
  start ??= startOf('self') ?? fixed(0, WIDTHS.start);
  return start;
}

let known: string | undefined;
/** Where a process number counts: this boot of this machine, and this container. */
function scope(): string {
  known ??= BigInt(`0x${createHash('sha256').update(bootAndNamespace()).digest('hex')}`)
    .toString(DIGITS)
    .slice(-WIDTHS.scope);
  return known;
}

function bootAndNamespace(): string {
  const boot = textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  return `${boot} ${textOf(() => readlinkSync('/proc/self/ns/pid'))}`;
}

function fixed(number: number, width: number): string {
  return number.toString(DIGITS).padStart(width, '0');
}

function textOf(read: () => string): string {
  try {
    return read();
  } catch {
    // A system that has no such file, or a process that has gone: both tell nothing.
    return '';
  }
}
