import { createHash } from 'node:crypto';

/** A digest that stands for a content, in a form that tells what it is. */
export function digestOf(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
