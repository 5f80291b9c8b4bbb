import type { ObjectOwner, ObjectRef } from '../../backend/StateBackend.ts';
import type { Statements } from './statements.ts';

/** The resources of living stacks that are this object; one look into an index. */
export function readOwners(statements: Statements, { type, identity }: ObjectRef): ObjectOwner[] {
  const rows = statements(
    `SELECT s.lineage, s.name AS stack, r.name AS address, r.host
     FROM resources r JOIN stacks s ON s.id = r.stack_id
     WHERE r.type = ? AND r.identity = ? AND s.deleted_at IS NULL ORDER BY s.name, r.name`,
  ).all(type, identity);
  return rows.map((row) => ({
    lineage: String(row.lineage),
    stack: String(row.stack),
    address: String(row.address),
    host: String(row.host),
  }));
}
