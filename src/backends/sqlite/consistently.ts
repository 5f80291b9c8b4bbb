import type { Database } from './sqlite.ts';

/** Reads within one snapshot of the database, whatever others commit meanwhile. */
export function consistently<T>(database: Database, action: () => T): T {
  if (database.isTransaction) return action();
  database.exec('BEGIN');
  try {
    const result = action();
    database.exec('COMMIT');
    return result;
  } catch (thrown) {
    // The end of the transaction must not hide why it failed.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw thrown;
  }
}
