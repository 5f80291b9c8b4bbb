import { createHmac, timingSafeEqual } from 'node:crypto';

/** Makes keyed digests, and recognises them. */
export interface Signer {
  /** Whether there is a key already, so that signing writes nothing. */
  canSign(): Promise<boolean>;
  /** A keyed digest: whoever hasn't the key can't find out a short text by trying all of them. */
  sign(text: string): Promise<string>;
  /** Whether a digest is that of a text. */
  isSigned(text: string, digest: string): Promise<boolean>;
}

/** HMAC-SHA-256; `key` makes the key where there is none. */
export function createSigner(key: () => Promise<Buffer>, canSign: () => Promise<boolean>): Signer {
  async function sign(text: string): Promise<string> {
    return `hmac-sha256:${createHmac('sha256', await key())
      .update(text)
      .digest('hex')}`;
  }
  return {
    canSign,
    sign,
    async isSigned(text, digest) {
      if (!(await canSign())) return false;
      const [right, given] = [Buffer.from(await sign(text)), Buffer.from(digest)];
      return right.length === given.length && timingSafeEqual(right, given);
    },
  };
}
