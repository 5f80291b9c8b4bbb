import { fstatSync } from 'node:fs';

/**
 * Major device numbers of Linux (devices.txt): 1 holds the null device and its kin, which are never
 * terminals, 136 to 143 pseudoterminals, which always are.
 */
const Major = { memory: 1, firstPseudoterminal: 136, lastPseudoterminal: 143 } as const;

/**
 * Whether a descriptor is a terminal. The runtime is asked only where the descriptor itself doesn't
 * tell, because loading its terminals takes some milliseconds of every start.
 */
export function isTerminal(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isCharacterDevice()) return false;
    if (process.platform === 'linux') {
      const major = (stat.rdev >> 8) & 0xfff;
      if (major === Major.memory) return false;
      if (major >= Major.firstPseudoterminal && major <= Major.lastPseudoterminal) return true;
    }
  } catch {
    // Closed by whoever started us: then nobody is looking.
    return false;
  }
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}
