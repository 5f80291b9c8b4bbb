/**
 * Stands for the escape character in what this program writes itself, so that it can be told from one
 * that came from outside. It can't be guessed: whoever could would write to the terminal again.
 */
export const CONTROL = `\u0002${Math.random().toString(36).slice(2, 10)}`;

/** Control characters without line break and tab, and those that turn the direction of a text. */
const UNSAFE = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A text as a terminal may get it: what the program means to say to the terminal as it is, control
 * characters from anywhere else as they are written in source (`\x1b`, `\r`). A name, a reason or an
 * answer from the network could otherwise clear the screen, retitle the window, or forge a line.
 */
export function forTerminal(text: string): string {
  return spelledOut(text).replaceAll(CONTROL, '\u001b');
}

/** A text with what comes from outside spelled, and what the program says to the terminal left in it. */
export function spelledOut(text: string): string {
  return text
    .split(CONTROL)
    .map((part) => part.replace(UNSAFE, spelled))
    .join(CONTROL);
}

/** A text that has to stay on one line, with line breaks spelled as well. */
export function onOneLine(text: string): string {
  return text.includes('\n') ? text.replaceAll('\n', '\\n') : text;
}

/** Lines as a terminal may get them: one that holds several would forge the ones after it. */
export function linesText(lines: readonly string[]): string {
  return lines.map((line) => `${onOneLine(line)}\n`).join('');
}

/** On one line, and as wide as it will be when control characters are spelled: what is to be measured. */
export function spelledLine(text: string): string {
  return onOneLine(spelledOut(text));
}

/** A text of several lines that belongs to the line it begins on: none of them begins where lines of ours do. */
export function indented(text: string): string {
  return text.replaceAll('\n', '\n    ');
}

/** JSON in which every control character is spelled as JSON spells it, so that nothing else has to. */
export function jsonText(value: unknown, indent?: number): string {
  return safeJson(JSON.stringify(value, null, indent));
}

/** A text of JSON as `jsonText` gives it. */
export function safeJson(text: string): string {
  return text.replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function spelled(character: string): string {
  if (character === '\r') return '\\r';
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** A text without the colours that another program gave it: ours mean something. */
export function withoutColors(text: string): string {
  return text.replace(/\p{Cc}\[[0-9;]*m/gu, '');
}
