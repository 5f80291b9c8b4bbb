import { basename } from 'node:path';
import type { ErrorSource } from '../../errors/SlothError.ts';

/** Finds the place that a Lua message or traceback names. */
export interface SourceFiles {
  /** The chunk name under which a file is loaded. */
  chunkName(file: string): string;
  /** The first place in a text that lies in a file of the workflow; `undefined` when none does. */
  find(text: string): ErrorSource | undefined;
  /** A message without the `file:line:` that Lua puts before it. */
  strip(message: string): string;
  /** Remembers a file's text, to show the line of an error. */
  add(file: string, text: string): void;
}

/**
 * Keeps the names and texts of loaded files. Lua shortens long chunk names to 60 characters, which
 * would cut the file's name off, so chunks go by their base name.
 */
export function createSourceFiles(): SourceFiles {
  const files = new Map<string, { readonly file: string; readonly lines: readonly string[] }>();
  const places = /([^\s:'"[\]<>]+):(\d+):/g;

  return {
    chunkName: (file) => `@${basename(file)}`,
    add: (file, text) => {
      files.set(basename(file), { file, lines: text.split('\n') });
    },
    find(text) {
      for (const [, name = '', digits] of text.matchAll(places)) {
        const known = files.get(basename(name));
        if (known === undefined) continue;
        const line = Number(digits);
        const source = known.lines[line - 1];
        return { file: known.file, line, ...(source === undefined ? {} : { text: source }) };
      }
      return undefined;
    },
    strip(message) {
      const match = /^([^\s:]+):\d+: /.exec(message);
      return match !== null && files.has(basename(match[1] ?? ''))
        ? message.slice(match[0].length)
        : message;
    },
  };
}
