import { existsSync } from 'node:fs';
import type { ReachCrashPoint } from '../../backend/crashPoint.ts';
import type { Append, AppendOutcome, StateBackend } from '../../backend/StateBackend.ts';
import { hasCode, SlothError } from '../../errors/SlothError.ts';
import { appendGroup } from './appendGroup.ts';
import { assertIntegrity } from './assertIntegrity.ts';
import { backUp, listBackups, needsDailyBackup } from './backUp.ts';
import { collectChunks } from './collectChunks.ts';
import { createReads, readKey } from './createReads.ts';
import { migrate } from './migrate.ts';
import { openDatabase, schemaVersion } from './openDatabase.ts';
import { createSqliteReader } from './SqliteReader.ts';
import type { Database } from './sqlite.ts';
import { sqliteError, withSqliteErrors } from './sqliteError.ts';
import { stageBackup } from './stageBackup.ts';
import { createStatements, type Statements } from './statements.ts';
import { fileIdentity, makeStoreFile, markStore, refuseEmptied } from './storeFiles.ts';
import { swapKey } from './swapKey.ts';
import { truncateLog } from './truncateLog.ts';

/** What the SQLite driver needs from outside. */
export interface SqliteBackendOptions {
  /** The database file; it and its folder are created when missing. */
  readonly path: string;
  /** Epoch milliseconds; the clock of this host is the clock of a store on its disk. */
  readonly clock: () => number;
  readonly reach: ReachCrashPoint;
  /** Told when the daily backup could not be made; the work itself goes on. */
  readonly onBackupFailure: (error: SlothError) => void;
  /** The most pages the file may grow to; SQLite reports a full disk beyond. No limit by default. */
  readonly maxPages?: number;
}

interface Waiting {
  readonly append: Append;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (reason: unknown) => void;
}

/** Opens the embedded store: one file, shared by every process of this host. */
export function createSqliteBackend(options: SqliteBackendOptions): StateBackend {
  const { path, clock, reach } = options;
  const database = prepareDatabase(options);
  const statements = createStatements(database);
  const identity = fileIdentity(path);
  let waiting: Waiting[] = [];

  /** What is written into a file that is gone is nowhere: nobody may be told that it was done. */
  function assertSame(): void {
    if (fileIdentity(path) !== identity) throw new SlothError('backend.replaced', { path });
  }

  /** Everything that asked for an append in this turn of the event loop becomes one transaction. */
  function flush(): void {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    try {
      assertSame();
      const outcomes = appendGroup(
        database,
        statements,
        group.map((each) => each.append),
        reach,
      );
      for (const [index, each] of group.entries()) {
        const outcome = outcomes[index];
        if (outcome !== undefined) each.resolve(outcome);
      }
    } catch (thrown) {
      const error = sqliteError(path, thrown);
      for (const each of group) each.reject(error);
    }
  }

  return {
    location: path,
    capabilities: { shared: true, durable: true },
    now: async () => clock(),
    ...createReads(path, database, statements, assertSame),
    append: (append) =>
      new Promise((resolve, reject) => {
        waiting.push({ append, resolve, reject });
        if (waiting.length === 1) setImmediate(flush);
      }),
    truncate: async (lineage, upTo) => {
      flush();
      withSqliteErrors(path, () => truncateLog(database, statements, lineage, upTo, reach));
    },
    collectChunks: async (links) => {
      flush();
      return withSqliteErrors(path, () => collectChunks(database, statements, links, reach));
    },
    keys: {
      get: async (name) => withSqliteErrors(path, () => readKey(statements, name)),
      makeStore: async () => {},
      swap: async (name, from, to) => {
        assertSame();
        return withSqliteErrors(path, () => swapKey(database, statements, { name, from, to }));
      },
    },
    backups: {
      damage: () => damageOf(path, database, statements),
      create: async (reason, target) => {
        flush();
        const made = { now: clock(), reach, ...(target === undefined ? {} : { target }) };
        return withSqliteErrors(target ?? path, () => backUp(database, path, reason, made));
      },
      list: async () => listBackups(path),
      stage: async (backup) => {
        flush();
        const heads = createSqliteReader(database, statements).list;
        return stageBackup({ path, database, heads: () => heads({}), clock, reach }, backup);
      },
    },
    close: async () => {
      flush();
      withSqliteErrors(path, () => database.close());
    },
  };
}

/** Why what is there can't be backed up and asked who holds locks; empty where it can. */
function damageOf(path: string, database: Database, statements: Statements): string {
  try {
    withSqliteErrors(path, () => {
      assertIntegrity(database, path);
      createSqliteReader(database, statements).list({});
    });
    return '';
  } catch (error) {
    if (hasCode(error, 'backend.corrupt')) return (error as SlothError).message;
    throw error;
  }
}

function prepareDatabase(options: SqliteBackendOptions): Database {
  const { path, clock, reach } = options;
  const wasThere = existsSync(path);
  if (!wasThere) refuseEmptied(path, 'missing');
  makeStoreFile(path);
  const database = openDatabase(path);
  try {
    withSqliteErrors(path, () => {
      const isNew = schemaVersion(database) === 0;
      if (isNew && wasThere) refuseEmptied(path, 'empty');
      migrate(database, path, {
        now: clock(),
        reach,
        backUp: () => backUp(database, path, 'migration', { now: clock(), reach }),
      });
      if (options.maxPages !== undefined) {
        database.exec(`PRAGMA max_page_count=${options.maxPages}`);
      }
      markStore(path, clock());
      if (!isNew) backUpDaily(database, options);
    });
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** A backup that can't be made is told, not fatal: a full backup disk must not stop a deployment. */
function backUpDaily(database: Database, options: SqliteBackendOptions): void {
  const { path, clock, reach } = options;
  try {
    if (needsDailyBackup(path, clock())) backUp(database, path, 'daily', { now: clock(), reach });
  } catch (thrown) {
    options.onBackupFailure(sqliteError(path, thrown));
  }
}
