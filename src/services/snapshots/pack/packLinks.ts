import type { ChunkLinks } from '../../../backend/StateBackend.ts';
import { SlothError } from '../../../errors/SlothError.ts';
import { decodeNode, isIntact, linksOf } from './packCodec.ts';

/** The chunks that a part of a stored content refers to. Throws `snapshot.corrupt` for a broken one. */
export const packLinks: ChunkLinks = (hash, bytes) => {
  if (bytes === undefined) {
    throw new SlothError('snapshot.corrupt', { chunk: hash, reason: 'it is missing' });
  }
  if (!isIntact(hash, bytes)) {
    throw new SlothError('snapshot.corrupt', { chunk: hash, reason: 'its bytes were altered' });
  }
  return linksOf(decodeNode(bytes));
};
