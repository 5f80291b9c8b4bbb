import type { StateBackend } from '../../backend/StateBackend.ts';
import { consistently } from './consistently.ts';
import { readChunk } from './readChunk.ts';
import { readCommits } from './readCommits.ts';
import { readEvents } from './readEvents.ts';
import { readOwners } from './readOwners.ts';
import { readStaleUses } from './readStaleUses.ts';
import { createSqliteReader } from './SqliteReader.ts';
import type { Database } from './sqlite.ts';
import { withSqliteErrors } from './sqliteError.ts';
import type { Statements } from './statements.ts';

/** The reading half of a backend. */
export type BackendReads = Pick<
  StateBackend,
  'read' | 'list' | 'owners' | 'staleUses' | 'commits' | 'events' | 'chunk' | 'tableFaults'
>;

/** Serves the reads of the contract from an open database. */
export function createReads(
  path: string,
  database: Database,
  statements: Statements,
  /** Throws where the file is not the store any more. */
  assertSame: () => void = () => {},
): BackendReads {
  const reader = createSqliteReader(database, statements);
  const reading = async <T>(action: () => T): Promise<T> =>
    withSqliteErrors(path, () => consistently(database, action));
  return {
    read: (ref, selection) =>
      reading(() => {
        assertSame();
        return reader.read(ref, selection);
      }),
    list: (filter = {}) => reading(() => reader.list(filter)),
    owners: (object) => reading(() => readOwners(statements, object)),
    staleUses: () => reading(() => readStaleUses(database, statements)),
    commits: (lineage, range = {}) => reading(() => readCommits(statements, lineage, range)),
    events: (query = {}) => reading(() => readEvents(statements, query)),
    tableFaults: async (lineage, options) => {
      const { verifyTables } = await import('./verifyTables.ts');
      return reading(() => verifyTables(database, statements, lineage, options));
    },
    chunk: (hash) => reading(() => readChunk(statements, hash)),
  };
}

/** What the store keeps under a name of its keys. */
export function readKey(statements: Statements, name: string): string | undefined {
  const row = statements('SELECT check_value FROM store_keys WHERE source = ?').get(name);
  return row === undefined ? undefined : String(row.check_value);
}
