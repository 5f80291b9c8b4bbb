/** Texts that stand in many others, and in no way for one thing. */
const COMMON: ReadonlySet<string> = new Set([
  'true',
  'false',
  'null',
  'none',
  'test',
  'root',
  'admin',
  'user',
  'localhost',
  'default',
  'password',
  'secret',
]);

/** Whether a text is so short or so common that masking it hides much that is no secret. */
export function isCommonText(text: string): boolean {
  return text.trim().length < 4 || COMMON.has(text.trim().toLowerCase());
}
