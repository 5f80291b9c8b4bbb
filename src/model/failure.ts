/** A part of a run that failed, and why: a first line, and what else is known of it. Holds no secret. */
export interface Failure {
  /** A hook belongs to the workflow itself. */
  readonly kind: 'task' | 'resource' | 'workflow';
  readonly name: string;
  readonly reason: string;
}

/** Characters of what is kept of all failures together; each task and resource keeps its own reason. */
const MOST = 2000;

/** Every failure in one text, as `task 'a' failed: exit status 3; task 'b' failed: …`; bounded; pure. */
export function summaryOf(failures: readonly Failure[]): string {
  let text = '';
  for (const [index, failure] of failures.entries()) {
    const next = `${index === 0 ? '' : '; '}${sentenceOf(failure)}`;
    if (index > 0 && text.length + next.length > MOST) {
      return `${text}; and ${failures.length - index} more`;
    }
    text += next;
  }
  return text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text;
}

/** One failure in a line. */
export function sentenceOf({ kind, name, reason }: Failure): string {
  const [first = ''] = reason.split('\n');
  return kind === 'workflow' ? first : `${kind} '${name}' failed: ${first}`;
}
