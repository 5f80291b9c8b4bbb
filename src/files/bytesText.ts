/**
 * The text of bytes, one character a byte (latin1): what nobody touches comes back byte for byte, whatever
 * its encoding. Texts that are put in or looked for have to be brought to the same form: `toBytesText`.
 */
export function textOfBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The bytes of a text that has one character a byte. */
export function bytesOfText(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** A text, as its UTF-8 bytes stand in a text that has one character a byte. */
export function toBytesText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** What a text that has one character a byte says, read as UTF-8. */
export function fromBytesText(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
