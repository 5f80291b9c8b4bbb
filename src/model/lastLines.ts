/** Lines that are told of what a program printed, and how much of each, in characters. */
const MOST_LINES = 5;
const LONGEST_LINE = 300;

/** The last lines of a text that say something: what a program that failed said about it; pure. */
export function lastLines(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines
    .filter((line) => line !== '')
    .slice(-MOST_LINES)
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE - 1)}…` : line));
}
