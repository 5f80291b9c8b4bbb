import { sha256 } from '../../backend/sha256.ts';
import { damaged } from './checkedRows.ts';
import type { Statements } from './statements.ts';

/** The bytes of a chunk, which its hash vouches for; `undefined` where it is not there. */
export function readChunk(statements: Statements, hash: string): Uint8Array | undefined {
  const row = statements('SELECT bytes FROM chunks WHERE hash = ?').get(hash);
  if (row === undefined) return undefined;
  const { bytes } = row;
  if (bytes instanceof Uint8Array && sha256(bytes) === hash) return bytes;
  throw damaged(`table chunks, row '${hash.slice(0, 12)}'`, 'its bytes were altered');
}
