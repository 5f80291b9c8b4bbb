import { nearest } from '../../errors/nearest.ts';
import type { ErrorSource } from '../../errors/SlothError.ts';
import * as words from './words.ts';

/**
 * What may have been meant by a name that nothing is defined as, as the end of a sentence; empty where
 * nothing of ours comes near.
 */
export function meantBy(name: string): string {
  const names = Object.keys(words);
  if (names.includes(name)) return `; import it: import { ${name} } from 'sloth-runner'`;
  const near = nearest(name, names);
  return near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '';
}

/** The name that begins at the column of a place; empty for none. */
export function nameAt({ text = '', column = 1 }: Partial<ErrorSource>): string {
  return /^[\w$]+/.exec(text.slice(column - 1))?.[0] ?? '';
}
