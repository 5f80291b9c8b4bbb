import { type Content, emptyContent } from '../../model/content.ts';
import type { Head } from '../../model/head.ts';
import type { Situation } from '../Command.ts';
import { NOW, sketchHead } from './sketchHead.ts';

/** What a decision is taken on, at `NOW`: a sketched head, and the entries that are named. */
export function sketchSituation(
  head: Partial<Head> = {},
  entries: { readonly [K in keyof Content]?: Readonly<Record<string, unknown>> } = {},
): Situation {
  const sketched = sketchHead(head);
  const content = Object.fromEntries(
    Object.entries(emptyContent()).map(([kind, empty]) => {
      const named = entries[kind as keyof Content];
      return [kind, named === undefined ? empty : new Map(Object.entries(named))];
    }),
  ) as unknown as Content;
  return { head: sketched, content, now: NOW, serial: sketched.serial + 1 };
}
