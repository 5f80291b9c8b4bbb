import { CONTROL, spelledLine } from '../terminal/control.ts';

/** A plain table: columns as wide as their content, two blanks between, no rulers but under the head. */
export function renderTable(
  heads: readonly string[],
  cells: readonly (readonly string[])[],
  ruler: (head: string, width: number) => string,
  gap = 2,
): string[] {
  // A cell of several lines would forge rows.
  const rows = cells.map((row) => row.map(spelledLine));
  const widths = heads.map((head, column) =>
    rows.reduce(
      (widest, row) => Math.max(widest, displayWidth(row[column] ?? '')),
      displayWidth(head),
    ),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        padTo(cell, (widths[column] ?? 0) + (column < row.length - 1 ? gap : 0)),
      )
      .join('')
      .trimEnd();
  const rulers = heads.map((head, column) => ruler(head, widths[column] ?? 0));
  return [line(heads), line(rulers), ...rows.map(line)];
}

/** Columns that a text takes on a terminal: colour codes none, wide characters two. */
export function displayWidth(text: string): number {
  if (isPlain(text)) return text.length;
  let width = 0;
  for (const character of stripColors(text)) {
    const code = character.codePointAt(0) ?? 0;
    width += isWide(code) ? 2 : isCombining(code) ? 0 : 1;
  }
  return width;
}

/** Made when it is needed: compiling it takes a millisecond of the start. */
function colorCodes(): RegExp {
  return new RegExp(`${CONTROL}\\[[0-9;]*m`, 'g');
}

/** A text without colour codes. */
export function stripColors(text: string): string {
  return text.includes(CONTROL) ? text.replace(colorCodes(), '') : text;
}

/** Whether every character takes exactly one column, as in most texts. */
function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code >= 0x7f) return false;
  }
  return true;
}

/** A text padded with blanks to a display width. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** A text cut to a display width, with an ellipsis where something is missing. */
export function cutTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = '';
  for (const character of text) {
    if (displayWidth(cut + character) > width - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff)
  );
}

function isCombining(code: number): boolean {
  return (code >= 0x300 && code <= 0x36f) || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f);
}
