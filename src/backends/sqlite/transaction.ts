import type { Database } from './sqlite.ts';

/**
 * Runs something in a transaction: all of it, or nothing. What it throws is what is thrown, whatever the end of
 * the transaction says after that.
 */
export function transaction<T>(
  database: Database,
  begin: 'BEGIN' | 'BEGIN IMMEDIATE',
  action: () => T,
): T {
  database.exec(begin);
  try {
    const result = action();
    database.exec('COMMIT');
    return result;
  } catch (thrown) {
    endAll(() => database.isTransaction && database.exec('ROLLBACK'));
    throw thrown;
  }
}

/** Does what follows a failure, which must not hide it: a connection that can't is rolled back by its end. */
export function endAll(action: () => unknown): void {
  try {
    action();
  } catch {
    // The first error says why.
  }
}
