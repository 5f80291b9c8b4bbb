import { existsSync } from 'node:fs';
import type { StateBackend } from '../../backend/StateBackend.ts';
import { hasCode, SlothError } from '../../errors/SlothError.ts';
import { createReads, readKey } from './createReads.ts';
import { openCopy } from './openCopy.ts';
import { openDatabaseReadOnly, refuseNewer, schemaVersion } from './openDatabase.ts';
import { SCHEMA_VERSION } from './schemaVersion.ts';
import type { Database } from './sqlite.ts';
import { sqliteError, withSqliteErrors } from './sqliteError.ts';
import { createStatements } from './statements.ts';
import { refuseEmptied } from './storeFiles.ts';

/**
 * Opens an existing database to look at it and nothing else: no migration, no backup, no file
 * created. What must not write anywhere (a dry run, a validation) can't.
 */
export function createSqliteView(path: string, clock: () => number): StateBackend {
  const { database, remove } = openToLook(path);
  try {
    withSqliteErrors(path, () => {
      const found = schemaVersion(database);
      if (found === 0) refuseEmptied(path, 'empty');
      refuseNewer(path, found);
      if (found < SCHEMA_VERSION) {
        throw new SlothError('backend.older', { path, found, known: SCHEMA_VERSION });
      }
    });
  } catch (error) {
    database.close();
    remove();
    throw error;
  }
  const statements = createStatements(database);
  return {
    location: path,
    capabilities: { shared: true, durable: true },
    now: async () => clock(),
    ...createReads(path, database, statements),
    append: async () => {
      throw new SlothError('backend.read_only', { path });
    },
    truncate: async () => {
      throw new SlothError('backend.read_only', { path });
    },
    collectChunks: async () => {
      throw new SlothError('backend.read_only', { path });
    },
    keys: {
      get: async (name) => withSqliteErrors(path, () => readKey(statements, name)),
      makeStore: async () => {},
      swap: async () => {
        throw new SlothError('backend.read_only', { path });
      },
    },
    backups: null,
    close: async () => {
      withSqliteErrors(path, () => database.close());
      remove();
    },
  };
}

/** The database itself, or a copy of it where it can't be opened at its place. */
function openToLook(path: string): { readonly database: Database; readonly remove: () => void } {
  try {
    const database = openDatabaseReadOnly(path);
    try {
      schemaVersion(database);
      return { database, remove: () => {} };
    } catch (error) {
      database.close();
      throw sqliteError(path, error);
    }
  } catch (error) {
    // What is damaged is so in a copy, too.
    if (hasCode(error, 'backend.corrupt') || hasCode(error, 'backend.not_a_database')) throw error;
    if (hasCode(error, 'backend.busy') || !existsSync(path)) throw error;
    return withSqliteErrors(path, () => openCopy(path));
  }
}
