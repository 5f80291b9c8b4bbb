import type { ReachCrashPoint } from '../../backend/crashPoint.ts';
import type { CutEntry } from '../../model/entry.ts';
import { parseColumn } from './SqliteReader.ts';
import type { Database } from './sqlite.ts';
import type { Statements } from './statements.ts';

/** Removes the commits of a log that its cut says are folded already, in one transaction. */
export function truncateLog(
  database: Database,
  statements: Statements,
  lineage: string,
  upTo: number,
  reach: ReachCrashPoint,
): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const row = statements(
      `SELECT s.id, e.body FROM stacks s JOIN entries e ON e.stack_id = s.id AND e.kind = 'cut'
       WHERE s.lineage = ?`,
    ).get(lineage);
    const cut = row && parseColumn<CutEntry>(row.body, 'the cut of a log');
    if (row !== undefined && cut !== undefined && cut.serial >= upTo) {
      const id = Number(row.id);
      statements('DELETE FROM state_events WHERE stack_id = ? AND serial <= ?').run(id, upTo);
      statements('DELETE FROM commits WHERE stack_id = ? AND serial <= ?').run(id, upTo);
    }
    reach('log.truncated');
    database.exec('COMMIT');
  } catch (thrown) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw thrown;
  }
}
