/** Collects the bytes of a stream, all of them or none. */
export interface Output {
  add(bytes: Uint8Array): void;
  /** All that was collected; empty where it became too much. */
  bytes(): Buffer;
}

/**
 * Makes an output of at most `limit` bytes. Where more comes, `onOver` is called once and nothing is
 * kept: what was cut must never be taken for all that a program printed.
 */
export function createOutput(limit: number, onOver: () => void): Output {
  let chunks: Uint8Array[] = [];
  let length = 0;
  return {
    add(bytes) {
      const before = length;
      length += bytes.length;
      if (length <= limit) chunks.push(bytes);
      else if (before <= limit) {
        chunks = [];
        onOver();
      }
    },
    bytes: () => Buffer.concat(chunks),
  };
}
