import type { Readable } from 'node:stream';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { createOutput } from './createOutput.ts';

/** How long output may still come after the program ended and left a pipe open, in milliseconds. */
const DRAIN = 100;
/** How often to look meanwhile. */
const LOOKS = 4;

/** What is done with a stream of a program. */
export interface Following {
  /** The most bytes to keep; `null` keeps none, however many there are. */
  readonly limit: number | null;
  /** Told each chunk as it comes. */
  readonly onChunk?: (bytes: Uint8Array) => void;
  /** Told once that more came than may be kept; then nothing is kept. */
  readonly onOver: () => void;
}

/**
 * Reads a stream of a program as it comes. The function it gives is called when the program has ended: it
 * waits for the rest and gives the bytes that were kept. A process that the program left behind may keep
 * the pipe open for ever; once it is quiet, it is none of our waiting.
 */
export function followStream(stream: Readable | null, following: Following): () => Promise<Buffer> {
  if (stream === null) return async () => Buffer.alloc(0);
  const { limit, onChunk = () => {}, onOver } = following;
  const output = createOutput(limit ?? 0, limit === null ? () => {} : onOver);
  const state = { ended: false, isQuiet: false };
  stream.on('data', (chunk: Buffer) => {
    state.isQuiet = false;
    output.add(chunk);
    onChunk(chunk);
  });
  const closed = new Promise<void>((done) => {
    stream.once('close', () => {
      state.ended = true;
      done();
    });
  });
  return async () => {
    // Counted in turns of the event loop, not in time: one that was held up has not looked yet, and
    // what lies in the pipe would be lost.
    for (let quiet = 0; !state.ended && quiet < LOOKS; quiet = state.isQuiet ? quiet + 1 : 0) {
      state.isQuiet = true;
      await Promise.race([closed, delay(DRAIN / LOOKS)]);
      await nextTurn();
    }
    if (!state.ended) stream.destroy();
    return output.bytes();
  };
}
