import { damaged } from './checkedRows.ts';
import type { Database } from './sqlite.ts';

/** Has SQLite look at every page of a database; the first fault is `backend.corrupt`. */
export function assertIntegrity(database: Database, path: string): void {
  const [first] = database.prepare('PRAGMA integrity_check(1)').all();
  const found = String(first?.integrity_check);
  if (found !== 'ok') throw damaged(path, found);
}
