/** Where a file can't be parsed, and why. Plain data: it may travel between threads. */
export interface SyntaxProblem {
  readonly url: string;
  readonly line: number;
  readonly column?: number;
  readonly reason: string;
}

/**
 * Reads the place out of the type stripper's error about a file. The runtime keeps it nowhere but
 * in the text that it prints, and that has two shapes: `file:line`, code and a caret on top of the
 * stack, or (up to Node 22) the parser's own drawing, with `,-[line:column]` above the code.
 */
export function syntaxProblem(error: SyntaxError, url: string): SyntaxProblem {
  const headed = headOf(error.stack ?? '');
  return (
    drawnProblem(error, url) ?? {
      url,
      line: 1,
      ...headed?.place,
      reason: error.message,
    }
  );
}

/** The problem that a stack has at its head, as it does for an import of a name that is not there. */
export function headedProblem(error: SyntaxError): SyntaxProblem | undefined {
  const head = headOf(error.stack ?? '');
  return head && { url: head.name, ...head.place, reason: error.message };
}

/** The place at the head of a text such as `x.mjs:3`, code, caret; each on a line of its own. */
export function headOf(text: string): Head | undefined {
  const match = /^(\S+):(\d+)\r?\n/.exec(text);
  if (match === null) return undefined;
  const [, name = '', line] = match;
  return { name, place: { line: Number(line), ...caretColumn(text, 0) } };
}

/** A file as the runtime names it, and a place in it. */
export interface Head {
  readonly name: string;
  readonly place: { readonly line: number; readonly column?: number };
}

function drawnProblem(error: SyntaxError, url: string): SyntaxProblem | undefined {
  const place = /,-\[(\d+):\d+\]/.exec(error.message);
  if (place === null) return undefined;
  const gutter = /^(\s*\d+ \| )/m.exec(error.message)?.[1]?.length ?? 0;
  const [first = ''] = error.message.trim().split('\n');
  const reason = first.replace(/^x\s+/, '').replace(/ \(\d+, \d+\)(?=')/, '');
  return { url, line: Number(place[1]), ...caretColumn(error.message, gutter), reason };
}

/** The column that the first caret of a drawing stands at. */
function caretColumn(text: string, gutter: number): { column?: number } {
  const caret = /^(\s*(?::\s*)?)\^/m.exec(text)?.[1]?.length;
  return caret === undefined || caret < gutter ? {} : { column: caret - gutter + 1 };
}
