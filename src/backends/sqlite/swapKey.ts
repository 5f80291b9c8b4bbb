import type { Database } from './sqlite.ts';
import type { Statements } from './statements.ts';

/**
 * Replaces what the store keeps under a name of its keys, where it is `from`. What a former key opens must
 * not lie about in free pages or in the WAL: both are overwritten, as far as no reader is in the way.
 */
export function swapKey(
  database: Database,
  statements: Statements,
  key: { readonly name: string; readonly from: string | undefined; readonly to: string },
): boolean {
  const { name, from, to } = key;
  if (from === undefined) {
    const { changes } = statements(
      'INSERT INTO store_keys (source, check_value) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ).run(name, to);
    return changes > 0;
  }
  database.exec('PRAGMA secure_delete=ON');
  try {
    const { changes } = statements(
      'UPDATE store_keys SET check_value = ? WHERE source = ? AND check_value = ?',
    ).run(to, name, from);
    if (changes === 0) return false;
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return true;
  } finally {
    database.exec('PRAGMA secure_delete=OFF');
  }
}
