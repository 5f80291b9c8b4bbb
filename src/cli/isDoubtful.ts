/** What stands for bytes that are no text, wherever a text is made of bytes without asking. */
const REPLACEMENT = '\ufffd';

/** Whether an argument may not be what was typed. */
export function isDoubtful(argv: readonly string[]): boolean {
  return argv.some((each) => each.includes(REPLACEMENT));
}
