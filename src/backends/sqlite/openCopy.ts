import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from './openDatabase.ts';
import type { Database } from './sqlite.ts';

/**
 * Opens a private copy of a database and of its write-ahead log, for where the database itself can't even
 * be opened for reading: SQLite has to write an index beside it, which a full disk or a file system for
 * reading only does not let it. Out: the copy, and the function that removes it.
 */
export function openCopy(path: string): {
  readonly database: Database;
  readonly remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'sloth-look-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, 'stacks.db');
    for (const end of ['', '-wal']) {
      if (existsSync(path + end)) copyFileSync(path + end, copy + end);
    }
    return { database: openDatabase(copy), remove };
  } catch (error) {
    remove();
    throw error;
  }
}
