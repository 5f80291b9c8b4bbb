import { chunkRoots, reachableChunks, referringKinds } from '../../backend/chunkRoots.ts';
import type { ReachCrashPoint } from '../../backend/crashPoint.ts';
import type { ChunkLinks, CollectedChunks } from '../../backend/StateBackend.ts';
import type { Entry } from '../../model/entry.ts';
import { checkedColumns, intact } from './checkedRows.ts';
import { parseColumn } from './parseColumn.ts';
import type { Database } from './sqlite.ts';
import type { Statements } from './statements.ts';
import { transaction } from './transaction.ts';

/**
 * Removes chunks that nothing refers to, in one transaction that also finds out which those are: no
 * append of another process comes in between, and a kill leaves all of them or none.
 */
export function collectChunks(
  database: Database,
  statements: Statements,
  links: ChunkLinks,
  reach: ReachCrashPoint,
): CollectedChunks {
  return transaction(database, 'BEGIN IMMEDIATE', () => {
    const kinds = referringKinds.map((kind) => `'${kind}'`).join(', ');
    const rows = statements(
      `SELECT ${checkedColumns('entries')} FROM entries WHERE kind IN (${kinds})`,
    ).all();
    const roots = rows.flatMap((row) => {
      const { kind, name, body } = intact('entries', row);
      return chunkRoots({ kind, name, body: parseColumn(body, 'an entry') } as Entry);
    });
    // As they are: what finds the links in them looks at them itself.
    const one = statements('SELECT bytes FROM chunks WHERE hash = ?');
    const bytesOf = (hash: string): Uint8Array | undefined => {
      const bytes = one.get(hash)?.bytes;
      return bytes instanceof Uint8Array ? bytes : undefined;
    };
    const live = reachableChunks(roots, bytesOf, links);
    const all = statements('SELECT hash, length(bytes) AS size FROM chunks').all();
    const gone = all.filter(({ hash }) => !live.has(String(hash)));
    const remove = statements('DELETE FROM chunks WHERE hash = ?');
    for (const { hash } of gone) remove.run(String(hash));
    reach('chunks.collected');
    return { chunks: gone.length, bytes: gone.reduce((sum, { size }) => sum + Number(size), 0) };
  });
}
