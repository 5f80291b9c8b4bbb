import { SlothError } from '../../errors/SlothError.ts';
import { decrypt, encrypt } from './cipher.ts';

/** Where a master key comes from: the file beside the database, or `SLOTH_RUNNER_PASSPHRASE`. */
export type KeySource = 'file' | 'passphrase';

/** A key of the user's. It encrypts data keys and nothing else, and is never stored. */
export interface MasterKey {
  readonly id: string;
  readonly source: KeySource;
  /** What a passphrase is derived with, base64url; empty for a file. */
  readonly salt: string;
}

/**
 * What a data key is for. `seal`: values. `sign`: digests. The others are the keys that sealed values
 * directly before stores had data keys, so that what they sealed stays readable after a rotation.
 */
export type KeyUse = 'seal' | 'sign' | 'direct.file' | 'direct.passphrase';

/** A random key of the store, kept encrypted under each master key that opens it. */
export interface DataKey {
  readonly id: string;
  readonly use: KeyUse;
  /** When it was made, in epoch milliseconds. */
  readonly at: number;
  /** By the id of the master key. */
  readonly wrapped: Readonly<Record<string, string>>;
}

/**
 * All keys of a store, as one text that is replaced as a whole: no kill leaves half of a rotation in it.
 * Invariant: whatever was ever sealed names a data key that is in here.
 */
export interface KeyRing {
  readonly masters: readonly MasterKey[];
  /** The oldest first; the newest of a use is the one that is used. */
  readonly keys: readonly DataKey[];
  /** The master key that a rotation leads to; `null` while there is none under way. */
  readonly next: string | null;
}

/** Under which name a store keeps its ring. */
export const RING = 'ring';

const FORMAT = 1;

/** A ring as it is stored. */
export function ringText(ring: KeyRing): string {
  return JSON.stringify({ format: FORMAT, ...ring });
}

/** A stored ring. Throws `backend.corrupt` for what is none. */
export function parseRing(text: string): KeyRing {
  try {
    const { format, masters, keys, next } = JSON.parse(text) as KeyRing & { format: number };
    if (format === FORMAT && Array.isArray(masters) && Array.isArray(keys)) {
      return { masters, keys, next };
    }
  } catch (cause) {
    throw unreadable(cause);
  }
  throw unreadable(undefined);
}

function unreadable(cause: unknown): SlothError {
  const reason = 'its keys can not be read, or are of a later version';
  return new SlothError('backend.corrupt', { where: 'store_keys', reason }, { cause });
}

/** The key of a use that a source seals with now; `undefined` where none can be opened by that source. */
export function currentKey(ring: KeyRing, use: KeyUse, source: KeySource): DataKey | undefined {
  const own = new Set(mastersOf(ring, source).map(({ id }) => id));
  return ring.keys.findLast(
    (key) => key.use === use && Object.keys(key.wrapped).some((id) => own.has(id)),
  );
}

/** The master keys of a source. */
export function mastersOf(ring: KeyRing, source: KeySource): readonly MasterKey[] {
  return ring.masters.filter((each) => each.source === source);
}

/** A data key, encrypted under a master key. */
export function wrap(
  master: Buffer,
  { id, use }: Pick<DataKey, 'id' | 'use'>,
  key: Buffer,
): string {
  return encrypt(master, key, placeOf(id, use));
}

/** A data key; `undefined` where the master key is not one that it is encrypted under. */
export function unwrap(master: Buffer, masterId: string, key: DataKey): Buffer | undefined {
  const wrapped = key.wrapped[masterId];
  return wrapped === undefined ? undefined : decrypt(master, wrapped, placeOf(key.id, key.use));
}

/** Whether some bytes are a master key of the ring. */
export function isMaster(ring: KeyRing, master: MasterKey, bytes: Buffer): boolean {
  return ring.keys.some((key) => unwrap(bytes, master.id, key) !== undefined);
}

function placeOf(id: string, use: KeyUse): string {
  return `store/key/${id}/${use}`;
}
