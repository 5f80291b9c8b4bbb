/** Beyond so many characters in a process, loading the runtime's own CRC costs less than doing without. */
const LOAD_AFTER = 65_536;

let summedSoFar = 0;
let table: Uint32Array | undefined;

/**
 * The CRC-32 of a row's columns, in the order given. A flipped bit, a page of another place or an edit by
 * hand makes it another one; nobody is kept from computing it anew: for that there are hashes and anchors.
 *
 * The runtime's own CRC takes 3 ms to load, more than a frequent command has: it is loaded by those
 * that read a lot.
 */
export function rowChecksum(...columns: readonly unknown[]): number {
  const text = columns.join('\u0000');
  summedSoFar += text.length;
  if (summedSoFar > LOAD_AFTER) return process.getBuiltinModule('node:zlib').crc32(text);
  return crc32(Buffer.from(text));
}

/** The same polynomial as zlib's. */
function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    return sum;
  });
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (table[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
