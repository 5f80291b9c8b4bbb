import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Chunk } from '../../backend/Chunk.ts';
import type { FoldedLog } from '../../backend/foldLog.ts';
import { contentOf, entriesOf } from '../../model/content.ts';
import type { Entry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';

/** Everything that folding a log gave, as a chunk: a compacted log begins with it. */
export function encodeState({ head, content }: FoldedLog): Chunk {
  const text = JSON.stringify({ format: 1, head, entries: [...entriesOf(content)] });
  const bytes = new Uint8Array(deflateRawSync(text));
  return { hash: createHash('sha256').update(bytes).digest('hex'), bytes };
}

/** What a chunk of `encodeState` holds. */
export function decodeState(bytes: Uint8Array): FoldedLog {
  const { head, entries } = JSON.parse(inflateRawSync(bytes).toString()) as {
    readonly head: Head;
    readonly entries: readonly Entry[];
  };
  return { head, content: contentOf(entries) };
}
