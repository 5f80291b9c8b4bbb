import type { StaleUse } from '../../backend/StateBackend.ts';
import type { DependencyEntry } from '../../model/entry.ts';
import { consistently } from './consistently.ts';
import { parseColumn } from './parseColumn.ts';
import { readDependents, readEntryRows } from './readEntryRows.ts';
import { readStack, readStackById, type StackRow } from './readStack.ts';
import type { Database } from './sqlite.ts';
import type { Statements } from './statements.ts';

/** Uses of outputs that are not what was read any more; looks at the uses, not at the stacks. */
export function readStaleUses(database: Database, statements: Statements): StaleUse[] {
  return consistently(database, () => {
    const producers = new Map<string, StackRow | undefined>();
    const stale: StaleUse[] = [];
    for (const row of readDependents(statements)) {
      const { used } = parseColumn<DependencyEntry>(row.body, `dependency '${row.name}'`);
      const { head: consumer } = readStackById(statements, Number(row.stack_id));
      if (used === undefined || consumer.deletedAt !== null) continue;
      const name = String(row.name);
      if (!producers.has(name)) producers.set(name, readStack(statements, { name }));
      const producer = producers.get(name);
      for (const [output, { serial }] of Object.entries(used.outputs)) {
        const reason = reasonOf(statements, producer, used.lineage, { output, serial });
        if (reason !== null) stale.push({ stack: consumer.name, producer: name, output, reason });
      }
    }
    return stale.sort(
      (a, b) =>
        compare(a.stack, b.stack) || compare(a.producer, b.producer) || compare(a.output, b.output),
    );
  });
}

function reasonOf(
  statements: Statements,
  producer: StackRow | undefined,
  lineage: string,
  used: { readonly output: string; readonly serial: number },
): StaleUse['reason'] | null {
  const selected = { kind: 'output', name: used.output } as const;
  const [row] = producer === undefined ? [] : readEntryRows(statements, producer.id, selected);
  if (row === undefined) return 'gone';
  if (producer?.head.lineage !== lineage) return 'replaced';
  return Number(row.serial) > used.serial ? 'changed' : null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
