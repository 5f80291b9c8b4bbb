import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const NONCE = 12;
const TAG = 16;

/** Writes a file encrypted, whatever its size, for its owner only: the nonce, the text, the tag. */
export async function encryptFile(
  key: Buffer,
  from: string,
  to: string,
  place: string,
): Promise<void> {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  const target = createWriteStream(to, { mode: 0o600 });
  target.write(nonce);
  await pipeline(
    createReadStream(from),
    cipher,
    async function* (encrypted: AsyncIterable<Buffer>) {
      yield* encrypted;
      yield cipher.getAuthTag();
    },
    target,
  );
}

/**
 * Writes what an encrypted file holds, for its owner only. Out: whether it opened; where it did not, what was
 * written is nothing to be used.
 */
export async function decryptFile(
  key: Buffer,
  from: string,
  to: string,
  place: string,
): Promise<boolean> {
  const { nonce, tag, size } = await endsOf(from);
  if (size < NONCE + TAG) return false;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    .setAAD(Buffer.from(place))
    .setAuthTag(tag);
  const text =
    size === NONCE + TAG
      ? Readable.from([])
      : createReadStream(from, { start: NONCE, end: size - TAG - 1 });
  let isWhole = true;
  await pipeline(
    text,
    async function* (encrypted: AsyncIterable<Buffer>) {
      for await (const piece of encrypted) yield decipher.update(piece);
      try {
        yield decipher.final();
      } catch {
        // Node has one error for all of it: the tag does not fit.
        isWhole = false;
      }
    },
    createWriteStream(to, { mode: 0o600 }),
  );
  return isWhole;
}

async function endsOf(path: string): Promise<{ nonce: Buffer; tag: Buffer; size: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const [nonce, tag] = [Buffer.alloc(NONCE), Buffer.alloc(TAG)];
    await file.read(nonce, 0, NONCE, 0);
    if (size >= TAG) await file.read(tag, 0, TAG, size - TAG);
    return { nonce, tag, size };
  } finally {
    await file.close();
  }
}
