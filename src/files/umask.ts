import { readFileSync } from 'node:fs';

let known: number | undefined;

/**
 * What is taken from the mode of new files. Read where the system tells it: asking for it by the call that
 * sets it would, for a moment, have other threads make files that anybody may write to.
 */
export function umask(): number {
  known ??= umaskInProc() ?? process.umask();
  return known;
}

function umaskInProc(): number | undefined {
  try {
    const status = readFileSync('/proc/self/status', 'latin1');
    const [, digits] = /^Umask:\s*([0-7]+)$/m.exec(status) ?? [];
    return digits === undefined ? undefined : Number.parseInt(digits, 8);
  } catch {
    // A system without /proc, where only the call tells.
    return undefined;
  }
}
