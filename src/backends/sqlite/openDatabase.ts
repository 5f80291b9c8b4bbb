import { SlothError } from '../../errors/SlothError.ts';
import { SCHEMA_VERSION } from './schemaVersion.ts';
import { type Database, sqlite } from './sqlite.ts';
import { BUSY_TIMEOUT, withSqliteErrors } from './sqliteError.ts';

/**
 * Opens a database file for writing, creating it when it is missing (not its folder).
 *
 * WAL with `synchronous=FULL`: a commit that returned is on the disk, and readers never wait for a
 * writer. Foreign keys are enforced on every connection. The cache (32 MiB, taken as it is needed) holds
 * what one large commit changes: with less, its pages go to the disk twice.
 */
export function openDatabase(path: string): Database {
  return withSqliteErrors(path, () => {
    const database = new (sqlite().DatabaseSync)(path, { timeout: BUSY_TIMEOUT });
    try {
      database.exec(
        'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cache_size=-32768',
      );
      return database;
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  });
}

/** Opens an existing database for reading only. */
export function openDatabaseReadOnly(path: string): Database {
  return withSqliteErrors(path, () => {
    return new (sqlite().DatabaseSync)(path, { readOnly: true, timeout: BUSY_TIMEOUT });
  });
}

/** The schema version of an open database; 0 for a new file. */
export function schemaVersion(database: Database): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

/** Refuses a database that a newer program wrote: an older one would damage what it can't see. */
export function refuseNewer(path: string, found: number): void {
  if (found > SCHEMA_VERSION) {
    throw new SlothError('backend.newer', { path, found, known: SCHEMA_VERSION });
  }
}
