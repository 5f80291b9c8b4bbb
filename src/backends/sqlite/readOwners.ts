import type { ObjectOwner, ObjectRef } from '../../backend/StateBackend.ts';
import { assertAll, checkedColumns, damaged, intact } from './checkedRows.ts';
import { readStackById } from './readStack.ts';
import type { Statements } from './statements.ts';

/** The resources of living stacks that are this object; one look into each of two indexes. */
export function readOwners(statements: Statements, { type, identity }: ObjectRef): ObjectOwner[] {
  const rows = statements(
    `SELECT ${checkedColumns('resources')} FROM resources INDEXED BY resources_by_object
     WHERE type = ? AND identity = ?`,
  ).all(type, identity);
  const twin = statements(
    'SELECT count(*) AS n FROM resources INDEXED BY resources_twin WHERE identity = ? AND type = ?',
  );
  assertAll('resources', rows.length, twin.get(identity, type));
  return rows
    .map((row) => {
      intact('resources', row);
      if (row.type !== type || row.identity !== identity) {
        throw damaged(`table resources, row '${row.name}'`, 'an index leads to it by mistake');
      }
      const { head } = readStackById(statements, Number(row.stack_id));
      return { head, address: String(row.name), host: String(row.host) };
    })
    .filter(({ head }) => head.deletedAt === null)
    .map(({ head, address, host }) => ({ lineage: head.lineage, stack: head.name, address, host }))
    .sort((a, b) => compare(a.stack, b.stack) || compare(a.address, b.address));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
