import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { childEnvironment } from '../../model/childEnvironment.ts';

/**
 * When a process started, as an opaque text of the operating system, or `undefined` when there is
 * no such process. Together with the pid it names one process for as long as the machine runs.
 */
export function processStart(pid: number): string | undefined {
  return process.platform === 'linux' ? linuxStart(pid) : psStart(pid);
}

/** Where a pid is valid: this boot of this machine, and this process namespace (container). */
export function processScope(): string {
  if (process.platform !== 'linux') return hostname();
  return `${readText('/proc/sys/kernel/random/boot_id')} ${readLink('/proc/self/ns/pid')}`;
}

/**
 * Field 22 of `/proc/<pid>/stat`, in clock ticks since boot. The second field is the program's name
 * in parentheses and may itself hold spaces and parentheses, so counting starts after the last one.
 * A zombie (state Z) has ended; only its parent hasn't noticed.
 */
function linuxStart(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return fields[19];
}

/** Whether a process was stopped by a signal, so that it does nothing until another wakes it. */
export function isSuspended(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  const stat = readText(`/proc/${pid}/stat`);
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .toUpperCase()
    .startsWith('T');
}

/**
 * Whether this process finds itself under its own number. In a namespace of processes whose `/proc` is
 * that of another, the same number is somebody else, and all that is read there is false.
 */
export function seesItself(): boolean {
  return process.platform !== 'linux' || readLink('/proc/self') === String(process.pid);
}

function psStart(pid: number): string | undefined {
  try {
    const columns = ['-o', 'lstart=', '-p', String(pid)];
    // Loaded only here: on Linux no command needs it for this, and it takes time to load.
    const { execFileSync } = process.getBuiltinModule('node:child_process');
    const listed = execFileSync('ps', columns, {
      env: childEnvironment(process.env),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return listed.toString().trim() || undefined;
  } catch {
    // ps exits with 1 where there is no such process: that is the answer, not a failure.
    return undefined;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    // No such process, or no such namespace file on this kernel: both read as "nothing there".
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // A kernel without process namespaces has only one.
    return '';
  }
}
