import { existsSync } from 'node:fs';
import { openDatabaseReadOnly, schemaVersion } from '../backends/sqlite/openDatabase.ts';
import { readStaleUses } from '../backends/sqlite/readStaleUses.ts';
import { createSqliteReader } from '../backends/sqlite/SqliteReader.ts';
import { SCHEMA_VERSION } from '../backends/sqlite/schemaVersion.ts';
import { createStatements } from '../backends/sqlite/statements.ts';
import type { Head } from '../model/head.ts';
import { lockCondition } from '../model/lock.ts';
import { needsRecovery } from '../services/executions/recovery.ts';
import { standardPlaces } from './configuration/configurationFiles.ts';
import { cachedDatabasePath } from './configuration/configuredPath.ts';
import { locateDatabase } from './configuration/locateDatabase.ts';
import { shownLockStatus } from './operations/shown/lock.ts';
import { shownStack, staleStacks } from './operations/shown/stack.ts';
import type { ShownValue } from './operations/shown/value.ts';
import { probeLiveness } from './process/probeLiveness.ts';
import type { FrequentRunner, RunnerOptions } from './Runner.ts';

/** What only the whole program can answer. */
export class NeedsRunner extends Error {}

/** A reader, to be closed. */
export interface Reader extends FrequentRunner {
  readonly close: () => Promise<void>;
}

/**
 * Opens a store for the frequent commands alone, on a SQLite database that is there and up to date;
 * loads nothing else. Whatever it can't answer rejects with `NeedsRunner`: a stack that isn't there,
 * one that a dead process left behind, a secret to decrypt. The whole program then does it again.
 */
export function openReader(options: RunnerOptions & { readonly cwd: string }): Reader {
  const env = options.env ?? {};
  const places = standardPlaces(env);
  const { path } = locateDatabase({
    flag: options.db,
    env,
    configured: () => configuredPath(options, places),
    places,
    cwd: options.cwd,
  });
  if (!existsSync(path)) throw new NeedsRunner();
  const database = openDatabaseReadOnly(path);
  if (schemaVersion(database) !== SCHEMA_VERSION) {
    database.close();
    throw new NeedsRunner();
  }
  // All that is asked is answered from one state of the store; closing ends it.
  database.exec('BEGIN');
  const statements = createStatements(database);
  const reader = createSqliteReader(database, statements);

  function settled(head: Head | undefined): Head {
    if (head === undefined || needsRecovery(head, Date.now(), probeLiveness, 'reader')) {
      throw new NeedsRunner();
    }
    return head;
  }

  function outputs(name: string, showSensitive: boolean): ShownValue[] {
    const view = reader.read({ name }, [{ kind: 'output' }]);
    settled(view?.head);
    return [...(view?.content.output ?? [])].map(([key, stored]) => {
      const sensitive = stored.sensitive === true;
      if (!sensitive) return { key, sensitive, value: stored.value };
      if (showSensitive) throw new NeedsRunner();
      return { key, sensitive };
    });
  }

  return {
    client: {
      locks: {
        async status({ stack }) {
          const head = settled(reader.read({ name: stack }, [])?.head);
          const now = Date.now();
          return shownLockStatus(head, lockCondition(head, now, probeLiveness), now);
        },
      },
      stacks: {
        async list({ status } = {}) {
          const heads = reader.list({}).map(settled);
          const stale = staleStacks(readStaleUses(database, statements));
          return heads
            .filter((head) => status === undefined || head.status === status)
            .map((head) => shownStack(head, stale));
        },
        async outputs({ stack, show_sensitive, at }) {
          if (at !== undefined) throw new NeedsRunner();
          return { stack, outputs: outputs(stack, show_sensitive === true) };
        },
        async output({ stack, key, show_sensitive, at }) {
          if (at !== undefined) throw new NeedsRunner();
          const all = outputs(stack, show_sensitive === true);
          const found = all.find((each) => each.key === key);
          if (found === undefined) throw new NeedsRunner();
          return { stack, ...found };
        },
      },
    },
    close: async () => database.close(),
  };
}

function configuredPath(
  options: RunnerOptions,
  places: ReturnType<typeof standardPlaces>,
): string | null {
  const path = cachedDatabasePath(places, options.config);
  if (path === undefined) throw new NeedsRunner();
  return path;
}
