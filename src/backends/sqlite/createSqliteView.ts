import type { StateBackend } from '../../backend/StateBackend.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { createReads } from './createReads.ts';
import { openDatabaseReadOnly, refuseNewer, schemaVersion } from './openDatabase.ts';
import { SCHEMA_VERSION } from './schemaVersion.ts';
import { withSqliteErrors } from './sqliteError.ts';
import { createStatements } from './statements.ts';

/**
 * Opens an existing database to look at it and nothing else: no migration, no backup, no file
 * created. What must not write anywhere (a dry run, a validation) can't.
 */
export function createSqliteView(path: string, clock: () => number): StateBackend {
  const database = openDatabaseReadOnly(path);
  try {
    withSqliteErrors(path, () => {
      const found = schemaVersion(database);
      refuseNewer(path, found);
      if (found < SCHEMA_VERSION) {
        throw new SlothError('backend.older', { path, found, known: SCHEMA_VERSION });
      }
    });
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    location: path,
    capabilities: { shared: true, durable: true },
    now: async () => clock(),
    ...createReads(path, database, createStatements(database)),
    append: async () => {
      throw new SlothError('backend.read_only', { path });
    },
    truncate: async () => {
      throw new SlothError('backend.read_only', { path });
    },
    collectChunks: async () => {
      throw new SlothError('backend.read_only', { path });
    },
    backups: null,
    close: async () => withSqliteErrors(path, () => database.close()),
  };
}
