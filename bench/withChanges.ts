import { neverCrash } from '../src/backend/crashPoint.ts';
import { createLogWriter } from '../src/backend/StackWriter.ts';
import { createSqliteBackend } from '../src/backends/sqlite/createSqliteBackend.ts';
import type { Change } from '../src/model/change.ts';

/** Writes changes into stacks of a database directly: what no command of today can declare. */
export async function withChanges(
  path: string,
  action: (write: (stack: string, changes: readonly Change[]) => Promise<void>) => Promise<void>,
): Promise<void> {
  const backend = createSqliteBackend({
    path,
    clock: Date.now,
    reach: neverCrash,
    onBackupFailure: (error) => {
      throw error;
    },
  });
  await action(async (stack, changes) => {
    const view = await backend.read({ name: stack }, []);
    if (view === undefined) throw new Error(`there is no stack ${stack}`);
    const writer = createLogWriter({
      backend,
      lineage: view.head.lineage,
      reach: neverCrash,
      random: Math.random,
      sleep: async () => {},
    }).as('bench');
    await writer.submit({
      operation: 'bench.fill',
      decide: () => ({ result: undefined, changes, events: [] }),
    });
  });
  await backend.close();
}
