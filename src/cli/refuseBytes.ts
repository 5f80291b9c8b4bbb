import { readFileSync } from 'node:fs';
import { bytesToText, SlothError } from '../sdk/presentation.ts';

/**
 * Refuses arguments that are not UTF-8, with `usage.invalid`: the runtime made another text of them. In:
 * the arguments as the runtime has them, and the bytes of the whole command line, each argument ended by
 * a 0; `undefined` where the system doesn't tell them, which lets everything pass.
 */
export function refuseBytes(argv: readonly string[], commandLine: Uint8Array | undefined): void {
  if (commandLine === undefined) return;
  const typed = bytesToText(commandLine).split('\0').slice(0, -1).slice(-argv.length);
  const index = typed.findIndex((each) => !each.isWellFormed());
  if (index < 0) return;
  const reason = `argument ${index + 1}, ${argv[index]}, is not UTF-8: it holds bytes that are no text`;
  const command = argv[0]?.startsWith('-') === false ? argv[0] : '';
  throw new SlothError('usage.invalid', { reason, command });
}

/** The bytes that this process was started with; `undefined` where the system doesn't tell. */
export function readCommandLine(): Uint8Array | undefined {
  try {
    return readFileSync('/proc/self/cmdline');
  } catch {
    // Only Linux has it; elsewhere nobody can tell what was typed.
    return undefined;
  }
}
