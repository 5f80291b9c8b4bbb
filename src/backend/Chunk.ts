/** A piece of content addressed by the SHA-256 of its bytes, in hexadecimal. */
export interface Chunk {
  readonly hash: string;
  readonly bytes: Uint8Array;
}
