/** The text that is summed lies here; it grows with the longest one. */
let bytes = Buffer.from(new ArrayBuffer(8192));
let words = new Uint32Array(bytes.buffer);
const isBigEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 0;

/**
 * A checksum of a row's columns, in the order given: the 32-bit MurmurHash3 of their texts. A flipped bit, a
 * page of another place or an edit by hand makes it another one. Nobody is kept from computing it
 * anew: against that there are hashes and anchors.
 *
 * Not zlib's CRC: to load that takes 3 ms, more than a frequent command has to spare. This one takes four
 * bytes a step, and so is fast also before it is compiled.
 */
export function rowChecksum(columns: readonly unknown[]): number {
  const text = columns.join('\u0000');
  const most = text.length * 3 + 4;
  if (bytes.length < most) {
    bytes = Buffer.from(new ArrayBuffer(Math.ceil(most / 4096) * 8192));
    words = new Uint32Array(bytes.buffer);
  }
  const length = bytes.write(text);
  const count = (length + 3) >>> 2;
  for (let rest = length; rest < count * 4; rest++) bytes[rest] = 0;
  if (isBigEndian) bytes.subarray(0, count * 4).swap32();
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const mixed = Math.imul(words[index] ?? 0, 0xcc9e2d51);
    sum ^= Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    sum = Math.imul((sum << 13) | (sum >>> 19), 5) + 0xe6546b64;
  }
  sum ^= length;
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}
