import { isTerminal } from './isTerminal.ts';
import { createPaint, type Terminal, wantsColor } from './Terminal.ts';
import { writeAll } from './writeAll.ts';

/** The terminal of this process. */
export function createTerminal(
  env: Readonly<Record<string, string | undefined>>,
  noColor: boolean,
): Terminal {
  const canDraw = isTerminal(1);
  return {
    out: (text) => writeAll(1, text),
    err: (text) => writeAll(2, text),
    isLive: canDraw && env.TERM !== 'dumb' && !env.CI,
    isInteractive: () => isTerminal(0) && isTerminal(2),
    columns: () => process.stdout.columns ?? 80,
    rows: () => process.stdout.rows ?? 24,
    paint: createPaint(wantsColor(env, canDraw, noColor)),
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
