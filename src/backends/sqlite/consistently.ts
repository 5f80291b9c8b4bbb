import type { Database } from './sqlite.ts';
import { transaction } from './transaction.ts';

/** Reads within one snapshot of the database, whatever others commit meanwhile. */
export function consistently<T>(database: Database, action: () => T): T {
  return database.isTransaction ? action() : transaction(database, 'BEGIN', action);
}
