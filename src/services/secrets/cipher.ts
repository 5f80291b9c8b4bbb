import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';

/** Bytes of a key of AES-256, and of what `sign` uses. */
export const KEY_BYTES = 32;

/** `scrypt` parameters: about 50 ms, once a process and salt. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/** A key made from a passphrase; the same one for the same salt. */
export function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEY_BYTES, COST, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

/** AES-256-GCM: `<nonce>.<text and tag>`, both base64url. `place` must be the same to open it. */
export function encrypt(key: Buffer, plain: Buffer, place: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  const tagged = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return `${nonce.toString('base64url')}.${tagged.toString('base64url')}`;
}

/** What was encrypted; `undefined` under another key, at another place, or where it was altered. */
export function decrypt(key: Buffer, encrypted: string, place: string): Buffer | undefined {
  const [nonce = '', text = ''] = encrypted.split('.');
  const tagged = Buffer.from(text, 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'))
      .setAAD(Buffer.from(place))
      .setAuthTag(tagged.subarray(-16));
    return Buffer.concat([decipher.update(tagged.subarray(0, -16)), decipher.final()]);
  } catch {
    // Node has one error for all of it: the tag does not fit.
    return undefined;
  }
}
