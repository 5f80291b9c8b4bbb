import type { StaleUse } from '../../backend/StateBackend.ts';
import type { Statements } from './statements.ts';

/** Uses of outputs that are not what was read any more; looks at the uses, not at the stacks. */
export function readStaleUses(statements: Statements): StaleUse[] {
  // Most stores have stacks that need nothing of each other, and are looked at often.
  const any = statements("SELECT 1 FROM entries INDEXED BY dependents WHERE kind = 'dependency'");
  if (any.get() === undefined) return [];
  const rows = statements(
    `SELECT c.name AS stack, d.name AS producer, used.key AS output,
       p.lineage IS json_extract(d.body, '$.used.lineage') AS same, o.serial IS NULL AS gone
     FROM entries d INDEXED BY dependents
     JOIN stacks c ON c.id = d.stack_id AND c.deleted_at IS NULL
     JOIN json_each(d.body, '$.used.outputs') used
     LEFT JOIN stacks p ON p.name = d.name AND p.deleted_at IS NULL
     LEFT JOIN entries o ON o.stack_id = p.id AND o.kind = 'output' AND o.name = used.key
     WHERE d.kind = 'dependency'
       AND NOT (same AND o.serial <= json_extract(used.value, '$.serial') AND NOT gone)
     ORDER BY c.name, d.name, used.key`,
  ).all();
  return rows.map((row) => ({
    stack: String(row.stack),
    producer: String(row.producer),
    output: String(row.output),
    reason: row.gone === 1 ? 'gone' : row.same === 1 ? 'changed' : 'replaced',
  }));
}
