import type * as Sqlite from 'node:sqlite';

type SqliteModule = typeof Sqlite;

let loaded: SqliteModule | undefined;

/**
 * The runtime's own SQLite. Loaded on first use only, for the commands that need no database; the
 * experimental warning that Node 22 prints for it is filtered, and only that one.
 */
export function sqlite(): SqliteModule {
  if (loaded !== undefined) return loaded;
  const emit = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    const text = typeof warning === 'string' ? warning : warning.message;
    if (text.startsWith('SQLite is an experimental feature')) return;
    (emit as (...all: unknown[]) => void).call(process, warning, ...rest);
  }) as typeof process.emitWarning;
  try {
    loaded = process.getBuiltinModule('node:sqlite') as SqliteModule;
  } finally {
    process.emitWarning = emit;
  }
  return loaded;
}

export type Database = Sqlite.DatabaseSync;
