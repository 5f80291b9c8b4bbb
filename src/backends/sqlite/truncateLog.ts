import type { ReachCrashPoint } from '../../backend/crashPoint.ts';
import { readCut } from './readCut.ts';
import { readStack } from './readStack.ts';
import type { Database } from './sqlite.ts';
import type { Statements } from './statements.ts';
import { transaction } from './transaction.ts';

/** Removes the commits of a log that its cut says are folded already, in one transaction. */
export function truncateLog(
  database: Database,
  statements: Statements,
  lineage: string,
  upTo: number,
  reach: ReachCrashPoint,
): void {
  transaction(database, 'BEGIN IMMEDIATE', () => {
    const stack = readStack(statements, { lineage });
    if (stack !== undefined && readCut(statements, stack.id) >= upTo) {
      statements(
        `DELETE FROM event_checksums WHERE stack_id = ?1 AND event_id IN
           (SELECT id FROM state_events WHERE stack_id = ?1 AND serial <= ?2)`,
      ).run(stack.id, upTo);
      statements('DELETE FROM state_events WHERE stack_id = ? AND serial <= ?').run(stack.id, upTo);
      statements('DELETE FROM commits WHERE stack_id = ? AND serial <= ?').run(stack.id, upTo);
    }
    reach('log.truncated');
  });
}
