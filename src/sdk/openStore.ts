import { existsSync } from 'node:fs';
import type { BackupStore } from '../backend/BackupStore.ts';
import type { ReachCrashPoint } from '../backend/crashPoint.ts';
import type { StateBackend } from '../backend/StateBackend.ts';
import { createMemoryBackend } from '../backends/memory/createMemoryBackend.ts';
import { createMemoryStore } from '../backends/memory/MemoryStore.ts';
import { listBackups } from '../backends/sqlite/backUp.ts';
import { createSqliteBackend } from '../backends/sqlite/createSqliteBackend.ts';
import { createSqliteView } from '../backends/sqlite/createSqliteView.ts';
import { putAside, stageOver } from '../backends/sqlite/stageBackup.ts';
import { refuseEmptied } from '../backends/sqlite/storeFiles.ts';
import { hasCode, isSlothError, type SlothError } from '../errors/SlothError.ts';

/** What opening a store takes from outside. */
export interface StoreOptions {
  readonly path: string;
  /** Look only: nothing is created, migrated or backed up. */
  readonly readOnly: boolean;
  readonly reach: ReachCrashPoint;
  readonly notice: (message: string) => void;
}

/** Why a store may be looked at and not written. */
const LOOK_ONLY: readonly string[] = [
  'backend.read_only',
  'backend.disk_full',
  'backend.unreadable',
  'backend.failed',
];
/** Why a store can't be opened, and may be replaced by a backup. */
const DAMAGED: readonly string[] = [
  'backend.corrupt',
  'backend.not_a_database',
  'backend.emptied',
  'backend.failed',
];

/**
 * The embedded store at a path, opened when it is first asked for something.
 *
 * One that isn't there reads as an empty one, and comes into being with the first thing that is written: a
 * command that only looks makes nothing, least of all a database of root's that nobody else can read.
 * One that can't be written is opened for looking. Backups can be listed, looked at and put back where
 * the store itself can't be opened.
 */
export function openStore(options: StoreOptions): StateBackend {
  const { path } = options;
  const empty = createMemoryBackend(createMemoryStore(), Date.now);
  let opened: StateBackend | undefined;

  const store = (): StateBackend => {
    opened ??= openExisting(options);
    return opened;
  };
  /** For reads. */
  const here = (): StateBackend => {
    if (opened !== undefined || existsSync(path)) return store();
    refuseEmptied(path, 'missing');
    return empty;
  };

  const release = async (): Promise<void> => {
    const open = opened;
    opened = undefined;
    await open?.close();
  };

  return {
    location: path,
    capabilities: { shared: true, durable: true },
    now: async () => Date.now(),
    read: async (ref, selection) => here().read(ref, selection),
    list: async (filter) => here().list(filter),
    owners: async (object) => here().owners(object),
    staleUses: async () => here().staleUses(),
    commits: async (lineage, range) => here().commits(lineage, range),
    events: async (query) => here().events(query),
    chunk: async (hash) => here().chunk(hash),
    tableFaults: async (lineage, wanted) => here().tableFaults(lineage, wanted),
    append: async (append) => store().append(append),
    truncate: async (lineage, upTo) => store().truncate(lineage, upTo),
    collectChunks: async (links) => store().collectChunks(links),
    keys: {
      get: async (name) => here().keys.get(name),
      makeStore: async () => store().keys.makeStore(),
      swap: async (name, from, to) => store().keys.swap(name, from, to),
    },
    backups: options.readOnly ? null : backupsOf(path, store, release),
    close: release,
  };
}

function openExisting({ path, readOnly, reach, notice }: StoreOptions): StateBackend {
  if (readOnly) return createSqliteView(path, Date.now);
  const onBackupFailure = (error: Error): void =>
    notice(`the daily backup of the database could not be made: ${error.message}`);
  try {
    return createSqliteBackend({ path, clock: Date.now, reach, onBackupFailure });
  } catch (error) {
    if (!isSlothError(error) || !LOOK_ONLY.includes(error.code) || !existsSync(path)) throw error;
    return lookedAt(path, error, notice);
  }
}

/** A store that can't be written, for looking; with what was in the way where that is not possible either. */
function lookedAt(path: string, error: SlothError, notice: StoreOptions['notice']): StateBackend {
  try {
    const view = createSqliteView(path, Date.now);
    notice(`${error.message}; it is opened for looking only`);
    return view;
  } catch (second) {
    throw hasCode(second, 'backend.older') ? second : error;
  }
}

/** Backups of a store, also of one that can't be opened. */
function backupsOf(
  path: string,
  store: () => StateBackend,
  release: () => Promise<void>,
): BackupStore<StateBackend> {
  const damage = (): string => {
    try {
      if (existsSync(path)) return store().backups?.damage() ?? '';
      refuseEmptied(path, 'missing');
      return '';
    } catch (error) {
      if (isSlothError(error) && DAMAGED.includes(error.code)) return error.message;
      throw error;
    }
  };
  const open = (): BackupStore<StateBackend> => {
    const { backups } = store();
    if (backups === null) throw new Error('a store that can be written has backups');
    return backups;
  };
  return {
    damage,
    list: async () => listBackups(path),
    create: async (reason, target) =>
      reason === 'restore' && damage() !== ''
        ? putAside(path, Date.now())
        : open().create(reason, target),
    stage: async (backup) =>
      !existsSync(path) || damage() !== ''
        ? stageOver({ path, clock: Date.now }, backup, release)
        : open().stage(backup),
  };
}
