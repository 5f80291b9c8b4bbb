import { isSlothError, SlothError } from '../../errors/SlothError.ts';

/** SQLite's primary result codes that mean something different to a user. */
const Result = {
  perm: 3,
  busy: 5,
  readonly: 8,
  ioerr: 10,
  corrupt: 11,
  full: 13,
  cantopen: 14,
  auth: 23,
  notadb: 26,
} as const;

/** How long a connection waits for another writer before it gives up, in milliseconds. */
export const BUSY_TIMEOUT = 15_000;

/** Turns what SQLite throws into an error of the catalogue, by its result code. */
export function sqliteError(path: string, thrown: unknown): SlothError {
  if (isSlothError(thrown)) return thrown;
  const cause = { cause: thrown };
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  switch (primaryCode(thrown)) {
    case Result.full:
      return new SlothError('backend.disk_full', { path }, cause);
    case Result.readonly:
      return new SlothError('backend.read_only', { path }, cause);
    case Result.busy:
      return new SlothError('backend.busy', { path, waited: `${BUSY_TIMEOUT / 1000}s` }, cause);
    case Result.notadb:
      return new SlothError('backend.not_a_database', { path }, cause);
    case Result.corrupt:
      return new SlothError('backend.corrupt', { where: path, reason }, cause);
    case Result.cantopen:
    case Result.perm:
    case Result.auth:
      return new SlothError('backend.unreadable', { path, reason }, cause);
    default:
      return new SlothError('backend.failed', { path, reason }, cause);
  }
}

/** Runs something that talks to SQLite; whatever it throws becomes an error of the catalogue. */
export function withSqliteErrors<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (thrown) {
    throw sqliteError(path, thrown);
  }
}

/** Extended codes carry the primary one in their lowest byte. */
function primaryCode(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('errcode' in thrown)) return undefined;
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : undefined;
}
