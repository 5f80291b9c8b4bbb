/** What one stack needs of another: its name, and a range of its versions; '' for any. */
export interface StackDependency {
  readonly stack: string;
  readonly range: string;
}

/** Reads `database-stack@^2.1`; without `@`, any version will do. */
export function parseDependency(text: string): StackDependency {
  const at = text.indexOf('@');
  if (at === -1) return { stack: text.trim(), range: '' };
  return { stack: text.slice(0, at).trim(), range: text.slice(at + 1).trim() };
}

/** The way back. */
export function formatDependency({ stack, range }: StackDependency): string {
  return range === '' ? stack : `${stack}@${range}`;
}
