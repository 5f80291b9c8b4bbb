import { coveringRanges } from './maskRanges.ts';

/** Takes a text piece by piece. */
export interface TextSink {
  write(text: string): void;
  /** There is no more to come. */
  end(): void;
}

/** A line longer than this is told in parts: a program may print for ever without a line break. */
const LONGEST_LINE = 64 * 1024;

/** Makes the sink behind `Redactor.lines`. `secrets` may grow while it is in use. */
export function createLineRedactor(
  secrets: ReadonlySet<string>,
  mask: (text: string) => string,
  tell: (line: string) => void,
): TextSink {
  let rest = '';
  return {
    write(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) tell(mask(withoutReturn(line)));
      while (rest.length > LONGEST_LINE) {
        const cut = safeCut(rest, secrets);
        if (cut === 0) return;
        tell(mask(rest.slice(0, cut)));
        rest = rest.slice(cut);
      }
    },
    end() {
      if (rest !== '') tell(mask(withoutReturn(rest)));
      rest = '';
    },
  };
}

/**
 * Where a text without line breaks can be cut so that no secret is cut with it: neither one that
 * stands in it, nor one whose beginning may stand at its end.
 */
function safeCut(text: string, secrets: ReadonlySet<string>): number {
  let longest = 1;
  for (const secret of secrets) longest = Math.max(longest, secret.length);
  const last = Math.max(0, text.length - longest + 1);
  // Between the halves of a character, both would be lost.
  const cut = /[\ud800-\udbff]/.test(text[last - 1] ?? '') ? last - 1 : last;
  const across = coveringRanges(text, secrets).find(({ start, end }) => start < cut && cut < end);
  return across?.start ?? cut;
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
