import { isatty } from 'node:tty';
import { createPaint, type Terminal, wantsColor } from './Terminal.ts';
import { writeAll } from './writeAll.ts';

/** The terminal of this process. */
export function createTerminal(
  env: Readonly<Record<string, string | undefined>>,
  noColor: boolean,
): Terminal {
  const isTerminal = isatty(1);
  return {
    out: (text) => writeAll(1, text),
    err: (text) => writeAll(2, text),
    isLive: isTerminal && env.TERM !== 'dumb' && !env.CI,
    isInteractive: isatty(0) && isatty(2),
    columns: () => process.stdout.columns ?? 80,
    rows: () => process.stdout.rows ?? 24,
    paint: createPaint(wantsColor(env, isTerminal, noColor)),
    async ask(question) {
      const { createInterface } = await import('node:readline/promises');
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
  };
}
