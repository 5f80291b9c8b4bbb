import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ErrorSource } from '../../errors/SlothError.ts';

/** The first place in a stack trace that lies in a file, `file:///…:12:3`; query strings are dropped. */
export function findPosition(
  stack: string,
  isWanted: (file: string) => boolean,
): ErrorSource | undefined {
  for (const [, url = '', line, column] of stack.matchAll(
    /(file:\/\/[^\s():]+?)(?:\?[^\s():]*)?:(\d+)(?::(\d+))?/g,
  )) {
    const file = fileURLToPath(url);
    if (!isWanted(file)) continue;
    return withText({ file, line: Number(line), ...(column ? { column: Number(column) } : {}) });
  }
  return undefined;
}

function withText(source: ErrorSource): ErrorSource {
  try {
    const text = readFileSync(source.file, 'utf8').split('\n')[source.line - 1];
    return text === undefined ? source : { ...source, text };
  } catch {
    // The file is gone or unreadable by now: the place alone is still worth telling.
    return source;
  }
}
