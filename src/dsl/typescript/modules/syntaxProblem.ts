/** Where a file can't be parsed, and why. Plain data: it may travel between threads. */
export interface SyntaxProblem {
  readonly url: string;
  readonly line: number;
  readonly column?: number;
  readonly reason: string;
}

/**
 * Reads the place out of a syntax error. The runtime keeps it nowhere but in the text that it
 * prints, and that has two shapes: `file:line`, code and a caret on top of the stack, or (up to
 * Node 22) the parser's own drawing, with `,-[line:column]` above the code.
 */
export function syntaxProblem(error: SyntaxError, url: string): SyntaxProblem {
  return (
    drawnProblem(error, url) ?? headedProblem(error) ?? { url, line: 1, reason: error.message }
  );
}

/** The problem that stands at the head of a stack, as `file:///x.mjs:3`, code, caret. */
export function headedProblem(error: SyntaxError): SyntaxProblem | undefined {
  const head = /^(file:\/\/\S+):(\d+)\r?\n/.exec(error.stack ?? '');
  if (head === null) return undefined;
  const [, url = '', line] = head;
  return { url, line: Number(line), ...caretColumn(error.stack ?? '', 0), reason: error.message };
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
