import { forTerminal } from './control.ts';
import { isTerminal } from './isTerminal.ts';
import { createPaint, type Terminal, wantsColor } from './Terminal.ts';
import { writeAll } from './writeAll.ts';

/** The terminal of this process. */
export function createTerminal(
  env: Readonly<Record<string, string | undefined>>,
  noColor: boolean,
): Terminal {
  const canDraw = isTerminal(1);
  const dropped = new Set<number>();
  let lost: string | undefined;
  // What was typed before it was asked for: an answer to one of the next questions.
  const ahead: string[] = [];
  const write = (descriptor: number, text: string | Uint8Array): void => {
    if (dropped.has(descriptor)) return;
    const end = writeAll(descriptor, text);
    if (end === 'written') return;
    dropped.add(descriptor);
    if (end !== 'unread' && descriptor === 1) lost = end.reason;
  };
  return {
    out: (text) => write(1, forTerminal(text)),
    value: (content) => write(1, canDraw ? forTerminal(Buffer.from(content).toString()) : content),
    err: (text) => write(2, forTerminal(text)),
    isClosed: () => dropped.has(1),
    lost: () => lost,
    isLive: canDraw && env.TERM !== 'dumb' && !env.CI,
    isInteractive: () => isTerminal(0) && isTerminal(2),
    columns: () => process.stdout.columns ?? 80,
    rows: () => process.stdout.rows ?? 24,
    paint: createPaint(wantsColor(env, canDraw, noColor)),
    async ask(question) {
      const known = ahead.shift();
      if (known !== undefined) {
        write(2, forTerminal(`${question}${known}\n`));
        return known;
      }
      const { createInterface } = await import('node:readline/promises');
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      lines.on('line', (line) => ahead.push(line));
      // Ctrl-C and Ctrl-D close the line without an answer; that is no yes.
      const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
      try {
        return await Promise.race([lines.question(forTerminal(question)), closed]);
      } finally {
        lines.close();
      }
    },
  };
}
