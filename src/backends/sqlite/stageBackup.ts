import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { Backup, StagedBackup } from '../../backend/BackupStore.ts';
import type { Chunk } from '../../backend/Chunk.ts';
import type { ReachCrashPoint } from '../../backend/crashPoint.ts';
import type { StateBackend } from '../../backend/StateBackend.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { Head } from '../../model/head.ts';
import { assertIntegrity } from './assertIntegrity.ts';
import { backupFolder, partialName } from './backUp.ts';
import { createSqliteView } from './createSqliteView.ts';
import { migrate } from './migrate.ts';
import { openDatabase, openDatabaseReadOnly } from './openDatabase.ts';
import type { Database } from './sqlite.ts';
import { sqliteError, withSqliteErrors } from './sqliteError.ts';
import { endAll, transaction } from './transaction.ts';

/** The open store that a backup is put back into. */
export interface RestoreTarget {
  readonly path: string;
  readonly database: Database;
  /** The heads inside the transaction that is open. */
  readonly heads: () => readonly Head[];
  readonly clock: () => number;
  readonly reach: ReachCrashPoint;
}

/** Copies a backup beside the store it may be put back into, and brings it to this schema. */
export function stageBackup(target: RestoreTarget, backup: string): StagedBackup<StateBackend> {
  return stage(target, backup, (staged, permit) => replaceAll(target, staged, permit));
}

/**
 * As `stageBackup`, over a store that can't be opened: what is there has been put aside, and the copy takes
 * its place. `release` closes what is open of the store: SQLite would clear away what lies beside the new one.
 */
export function stageOver(
  target: Pick<RestoreTarget, 'path' | 'clock'>,
  backup: string,
  release: () => Promise<void>,
): StagedBackup<StateBackend> {
  return stage(target, backup, async (staged) => {
    await release();
    for (const end of ['-wal', '-shm']) rmSync(target.path + end, { force: true });
    renameSync(staged, target.path);
  });
}

/** Copies the files of a store that can't be opened, as they are; they are never dropped. */
export function putAside(path: string, now: number): Backup {
  const stamp = new Date(now).toISOString().slice(0, 23).replaceAll(/[:.]/g, '-');
  const aside = `${path}.damaged.${stamp}`;
  for (const end of ['', '-wal']) {
    if (existsSync(path + end)) copyFileSync(path + end, aside + end, constants.COPYFILE_EXCL);
  }
  const size = existsSync(aside) ? statSync(aside).size : 0;
  return { name: basename(aside), path: aside, reason: 'restore', createdAt: now, size };
}

function stage(
  target: Pick<RestoreTarget, 'path' | 'clock'>,
  backup: string,
  replace: (staged: string, permit: (heads: readonly Head[]) => void) => void | Promise<void>,
): StagedBackup<StateBackend> {
  const { clock } = target;
  const staged = partialName(join(backupFolder(target.path), `${basename(target.path)}.staged`));
  const remove = (): void => {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(staged + end, { force: true });
  };
  remove();
  try {
    withSqliteErrors(backup, () => copyWhole(backup, staged));
    withSqliteErrors(staged, () => bringUpToDate(staged, clock()));
    const view = createSqliteView(staged, clock);
    let isOpen = true;
    const closeView = async (): Promise<void> => {
      if (isOpen) await view.close();
      isOpen = false;
    };
    return {
      view,
      chunks: () => chunksOf(staged),
      restore: async (permit) => {
        await closeView();
        try {
          await replace(staged, permit);
        } catch (thrown) {
          throw sqliteError(target.path, thrown);
        }
      },
      close: async () => {
        await closeView();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The copy takes in what lies in a write-ahead log beside the file, which copying the file would not. */
function copyWhole(from: string, to: string): void {
  const database = openDatabaseReadOnly(from);
  try {
    assertIntegrity(database, from);
    const tables = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'");
    if (tables.get() === undefined) throw new SlothError('backend.not_a_database', { path: from });
    mkdirSync(join(to, '..'), { recursive: true, mode: 0o700 });
    database.prepare('VACUUM INTO ?').run(to);
  } finally {
    database.close();
  }
}

function bringUpToDate(path: string, now: number): void {
  const database = openDatabase(path);
  try {
    migrate(database, path, { now, backUp: () => {} });
  } finally {
    database.close();
  }
}

function* chunksOf(path: string): Generator<Chunk> {
  const database = openDatabaseReadOnly(path);
  try {
    for (const { hash, bytes } of database.prepare('SELECT hash, bytes FROM chunks').iterate()) {
      yield { hash: String(hash), bytes: bytes as Uint8Array };
    }
  } finally {
    database.close();
  }
}

function replaceAll(
  { database, heads, reach }: RestoreTarget,
  staged: string,
  permit: (heads: readonly Head[]) => void,
): void {
  database.prepare('ATTACH ? AS backup').run(staged);
  try {
    transaction(database, 'BEGIN IMMEDIATE', () => {
      permit(heads());
      const tables = tablesOf(database);
      for (const table of tables.toReversed()) database.exec(`DELETE FROM main.${table}`);
      for (const table of tables) {
        database.exec(`INSERT INTO main.${table} SELECT * FROM backup.${table}`);
      }
      reach('backup.replaced');
    });
    reach('backup.restored');
  } finally {
    endAll(() => database.exec('DETACH backup'));
  }
}

/**
 * All that holds rows of the store, what others refer to first. Both sides have the same schema, so the
 * same columns.
 */
function tablesOf(database: Database): string[] {
  return database
    .prepare(
      `SELECT name FROM main.sqlite_schema
       WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_migrations'
       ORDER BY (SELECT count(*) FROM pragma_foreign_key_list(name)), name`,
    )
    .all()
    .map(({ name }) => String(name));
}
