import { isTerminal } from './isTerminal.ts';
import { createPaint, type Terminal, wantsColor } from './Terminal.ts';
import { writeAll } from './writeAll.ts';

/** The terminal of this process. */
export function createTerminal(
  env: Readonly<Record<string, string | undefined>>,
  noColor: boolean,
): Terminal {
  const canDraw = isTerminal(1);
  const unread = new Set<number>();
  // What was typed before it was asked for: an answer to one of the next questions.
  const ahead: string[] = [];
  const write = (descriptor: number, text: string): void => {
    if (!unread.has(descriptor) && !writeAll(descriptor, text)) unread.add(descriptor);
  };
  return {
    out: (text) => write(1, text),
    err: (text) => write(2, text),
    isClosed: () => unread.has(1),
    isLive: canDraw && env.TERM !== 'dumb' && !env.CI,
    isInteractive: () => isTerminal(0) && isTerminal(2),
    columns: () => process.stdout.columns ?? 80,
    rows: () => process.stdout.rows ?? 24,
    paint: createPaint(wantsColor(env, canDraw, noColor)),
    async ask(question) {
      const known = ahead.shift();
      if (known !== undefined) {
        write(2, `${question}${known}\n`);
        return known;
      }
      const { createInterface } = await import('node:readline/promises');
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      lines.on('line', (line) => ahead.push(line));
      // Ctrl-C and Ctrl-D close the line without an answer; that is no yes.
      const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
      try {
        return await Promise.race([lines.question(question), closed]);
      } finally {
        lines.close();
      }
    },
  };
}
