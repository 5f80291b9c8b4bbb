import { hash } from 'node:crypto';

/** SHA-256 in hexadecimal of a text (as UTF-8) or bytes. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}
