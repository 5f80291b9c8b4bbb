/** Characters that are summed at a time: a long text is neither copied nor makes this grow. */
const PART = 2048;

/** The bytes of a part, of which a character has three at most. */
const bytes = Buffer.from(new ArrayBuffer(PART * 3 + 4));
const words = new Uint32Array(bytes.buffer);
const isBigEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 0;

/**
 * A checksum of a row's columns, in the order given: MurmurHash3 in 32 bits, over the UTF-8 of their texts. A
 * flipped bit, a page of another place or an edit by hand makes it another one. Nobody is kept from
 * computing it anew: against that there are hashes and anchors.
 *
 * Not zlib's CRC: to load that takes 3 ms, more than a frequent command has to spare. This one takes four
 * bytes a step, and so is fast also before it is compiled.
 */
export function rowChecksum(columns: readonly unknown[]): number {
  let sum = 0;
  let short = '';
  for (const column of columns) {
    const text = String(column);
    if (text.length <= PART) short += `${text}\u0000`;
    else {
      sum = added(added(sum, short), text);
      short = '\u0000';
    }
  }
  sum = added(sum, short);
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}

/** The sum with a text added to it. */
function added(before: number, text: string): number {
  let sum = before;
  let from = 0;
  while (from < text.length) {
    const to = partEnd(text, from);
    const length = bytes.write(from === 0 && to === text.length ? text : text.slice(from, to));
    sum = mixed(sum, length) ^ length;
    from = to;
  }
  return sum;
}

/** Not between the halves of a character: alone, all of them look the same. */
function partEnd(text: string, from: number): number {
  const to = from + PART;
  if (to >= text.length) return text.length;
  const last = text.charCodeAt(to - 1);
  return last >= 0xd800 && last < 0xdc00 ? to - 1 : to;
}

/** The sum with the bytes of a part added to it. */
function mixed(before: number, length: number): number {
  const count = (length + 3) >>> 2;
  for (let rest = length; rest < count * 4; rest++) bytes[rest] = 0;
  if (isBigEndian) bytes.subarray(0, count * 4).swap32();
  let sum = before;
  for (let index = 0; index < count; index++) {
    const word = Math.imul(words[index] ?? 0, 0xcc9e2d51);
    sum ^= Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    sum = (Math.imul((sum << 13) | (sum >>> 19), 5) + 0xe6546b64) | 0;
  }
  return sum;
}
