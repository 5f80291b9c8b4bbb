import { neverCrash, type ReachCrashPoint } from '../../backend/crashPoint.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { migrations } from './migrations.ts';
import { refuseNewer, schemaVersion } from './openDatabase.ts';
import { rowChecksum } from './rowChecksum.ts';
import { SCHEMA_VERSION } from './schemaVersion.ts';
import type { Database } from './sqlite.ts';
import { sqlText } from './sqlText.ts';
import { transaction } from './transaction.ts';

/** `SLTH` in ASCII: marks a database file as ours, so that we never write into somebody else's. */
const APPLICATION_ID = 0x534c5448;

/** What bringing a database to this schema takes from outside. */
export interface MigrationOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly reach?: ReachCrashPoint;
  /** Called before an existing database is changed; when it throws, nothing is. */
  readonly backUp: () => void;
}

/**
 * Brings an open database to this program's schema.
 *
 * Each step runs in a transaction of its own that looks at the version again, so that two processes
 * that start at the same time migrate once, and a kill leaves the old schema or the new one.
 */
export function migrate(
  database: Database,
  path: string,
  { now, reach = neverCrash, backUp }: MigrationOptions,
): void {
  const found = schemaVersion(database);
  refuseNewer(path, found);
  if (found === SCHEMA_VERSION) return;
  if (found > 0) backUp();
  else refuseForeign(database, path);
  // What a step can ask for that SQLite doesn't have.
  database.function('row_checksum', { varargs: true, deterministic: true }, (...columns) =>
    rowChecksum(columns),
  );
  for (const migration of migrations.slice(found)) {
    transaction(database, 'BEGIN IMMEDIATE', () => {
      if (schemaVersion(database) >= migration.version) return;
      database.exec(migration.sql);
      database
        .prepare('INSERT INTO schema_migrations (version, name, applied_at) VALUES (?, ?, ?)')
        .run(migration.version, migration.name, sqlText(now));
      database.exec(`PRAGMA user_version=${migration.version}`);
      database.exec(`PRAGMA application_id=${APPLICATION_ID}`);
      reach('migration.applied');
    });
  }
}

/** A SQLite file that is not empty and not ours belongs to somebody else. */
function refuseForeign(database: Database, path: string): void {
  const tables = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get();
  const owner = database.prepare('PRAGMA application_id').get();
  if (Number(tables?.n) > 0 && owner?.application_id !== APPLICATION_ID) {
    throw new SlothError('backend.not_a_database', { path });
  }
}
