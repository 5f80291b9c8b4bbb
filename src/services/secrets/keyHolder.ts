import { randomBytes } from 'node:crypto';
import type { ReachCrashPoint } from '../../backend/crashPoint.ts';
import type { StoreKeys } from '../../backend/StateBackend.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { decrypt, deriveKey, KEY_BYTES } from './cipher.ts';
import { createKeyFile, nextKeyFile, putAsideKeyFile, readKeyFile } from './keyFile.ts';
import {
  currentKey,
  type DataKey,
  isMaster,
  type KeyRing,
  type KeySource,
  type KeyUse,
  type MasterKey,
  mastersOf,
  parseRing,
  RING,
  ringText,
  unwrap,
  wrap,
} from './keyRing.ts';

/** Where keys come from. */
export interface KeyOptions {
  /** `SLOTH_RUNNER_PASSPHRASE`; it wins over the key file. */
  readonly passphrase: string | undefined;
  /** The key file beside the database; created when the first value is sealed without a passphrase. */
  readonly keyFile: string;
  readonly keys: StoreKeys;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly reach: ReachCrashPoint;
}

/** A ring, and the text that it is stored as. */
export interface StoredRing {
  readonly ring: KeyRing;
  readonly text: string | undefined;
}

/** The keys of a store, as far as the user's own key opens them. */
export interface KeyHolder {
  readonly source: KeySource;
  /** What the store keeps; an empty ring before the first use of a key. */
  readonly read: () => Promise<StoredRing>;
  /** The newest key of a use, made where there is none. Rejects with `secret.*` under another master key. */
  readonly current: (use: KeyUse) => Promise<{ readonly id: string; readonly key: Buffer }>;
  /** The data key; `undefined` where no key of the user's opens it. */
  readonly reveal: (ring: KeyRing, key: DataKey) => Promise<Buffer | undefined>;
  /** Proves the user's key. Rejects with `secret.*` for another one than the store is sealed with. */
  readonly prove: () => Promise<void>;
  /** A master key; `undefined` where the user has none that is it. */
  readonly master: (ring: KeyRing, master: MasterKey) => Promise<Buffer | undefined>;
  /** A key that a passphrase gives. */
  readonly derived: (passphrase: string, salt: string) => Promise<Buffer>;
}

const EMPTY: KeyRing = { masters: [], keys: [], next: null };
/** What a check value of an earlier version says; also its place. */
const PROOF = 'store/key-check';

/** Opens data keys with the user's key; `more` are passphrases that may open them beside the own one. */
export function createKeyHolder(options: KeyOptions, more: readonly string[] = []): KeyHolder {
  const { passphrase, keyFile, keys, clock, reach } = options;
  const source: KeySource = passphrase ? 'passphrase' : 'file';
  const derivedKeys = new Map<string, Promise<Buffer>>();
  /** Master keys and data keys that were opened, by their ids: what an id names never changes. */
  const known = new Map<string, Buffer>();

  function derived(text: string, salt: string): Promise<Buffer> {
    const id = `${salt} ${text}`;
    const key = derivedKeys.get(id) ?? deriveKey(text, Buffer.from(salt, 'base64url'));
    derivedKeys.set(id, key);
    return key;
  }

  async function read(): Promise<StoredRing> {
    const text = await keys.get(RING);
    return { ring: text === undefined ? EMPTY : parseRing(text), text };
  }

  /** The bytes that may be a master key. While a rotation is under way, a kill may have left its file anywhere. */
  async function candidates(ring: KeyRing, { source: from, salt }: MasterKey): Promise<Buffer[]> {
    if (from === 'passphrase') {
      const texts = [...(passphrase ? [passphrase] : []), ...more];
      return Promise.all(texts.map((text) => derived(text, salt)));
    }
    const places =
      ring.next === null
        ? [keyFile]
        : [keyFile, nextKeyFile(keyFile, ring.next), putAsideKeyFile(keyFile, ring.next)];
    return places.flatMap((path) => readKeyFile(path) ?? []);
  }

  async function masterKey(ring: KeyRing, master: MasterKey): Promise<Buffer | undefined> {
    const cached = known.get(master.id);
    if (cached !== undefined) return cached;
    const all = await candidates(ring, master);
    const found = all.find((bytes) => isMaster(ring, master, bytes));
    if (found !== undefined) known.set(master.id, found);
    return found;
  }

  async function reveal(ring: KeyRing, key: DataKey): Promise<Buffer | undefined> {
    const cached = known.get(key.id);
    if (cached !== undefined) return cached;
    for (const master of ring.masters) {
      if (key.wrapped[master.id] === undefined) continue;
      const bytes = await masterKey(ring, master);
      const opened = bytes && unwrap(bytes, master.id, key);
      if (opened === undefined) continue;
      known.set(key.id, opened);
      return opened;
    }
    return undefined;
  }

  /** The scenario that must not happen: what is sealed with a second key can't be read beside the rest. */
  function otherKey(): SlothError {
    if (source === 'passphrase') {
      const which = 'the passphrase in SLOTH_RUNNER_PASSPHRASE';
      return new SlothError('secret.other_key', { which });
    }
    if (readKeyFile(keyFile) !== undefined) {
      return new SlothError('secret.other_key', { which: `the key file ${keyFile}` });
    }
    const reason = 'it is missing, and what this store holds is sealed with it';
    return new SlothError('secret.no_key', { path: keyFile, reason });
  }

  /** The check value that a store of an earlier version has. Throws where the key is another one. */
  async function checked(): Promise<string | undefined> {
    const check = await keys.get(source);
    if (check === undefined) return undefined;
    const [salt, proof] =
      source === 'file' ? ['', check] : [check.split('.')[0] ?? '', check.replace(/^[^.]*\./, '')];
    const key = source === 'file' ? readKeyFile(keyFile) : await derived(passphrase ?? '', salt);
    if (key === undefined || decrypt(key, proof, PROOF) === undefined) throw otherKey();
    return salt;
  }

  /** A master key of this source, proved; made where the store has none. */
  async function ownMaster(
    ring: KeyRing,
  ): Promise<{ master: MasterKey; key: Buffer; isNew: boolean }> {
    const own = mastersOf(ring, source);
    for (const master of own) {
      const key = await masterKey(ring, master);
      if (key !== undefined) return { master, key, isNew: false };
    }
    if (own.length > 0) throw otherKey();
    const former = await checked();
    await keys.makeStore();
    const salt = source === 'file' ? '' : former || randomBytes(16).toString('base64url');
    const key =
      source === 'file'
        ? (readKeyFile(keyFile) ?? createKeyFile(keyFile, randomBytes(KEY_BYTES), reach))
        : await derived(passphrase ?? '', salt);
    return { master: { id: newKeyId(), source, salt }, key, isNew: true };
  }

  /** What the own master key sealed by itself, in an earlier version: kept readable for after a rotation. */
  async function directKey(master: Buffer): Promise<readonly [KeyUse, Buffer][]> {
    if (source === 'file') return [['direct.file', master]];
    const hasSealed = (await keys.get(source)) !== undefined;
    return hasSealed ? [['direct.passphrase', Buffer.from(passphrase ?? '')]] : [];
  }

  /** Adds a key of a use to the store. Of two processes at once one wins, and both use its key. */
  async function add(use: KeyUse, { ring, text }: StoredRing): Promise<void> {
    const { master, key, isNew } = await ownMaster(ring);
    const uses = new Set<KeyUse>([use]);
    // Whoever only looks can't make it later.
    if (!ring.keys.some((each) => each.use === 'sign')) uses.add('sign');
    const fresh = [...uses].map((each): [KeyUse, Buffer] => [each, randomBytes(KEY_BYTES)]);
    const added = isNew ? [...(await directKey(key)), ...fresh] : fresh;
    const wrapped = added.map(([each, bytes]): DataKey => {
      const id = newKeyId();
      return {
        id,
        use: each,
        at: clock(),
        wrapped: { [master.id]: wrap(key, { id, use: each }, bytes) },
      };
    });
    const next: KeyRing = {
      ...ring,
      masters: isNew ? [...ring.masters, master] : ring.masters,
      keys: [...ring.keys, ...wrapped],
    };
    await keys.swap(RING, text, ringText(next));
  }

  return {
    source,
    read,
    reveal,
    master: masterKey,
    derived,
    async current(use) {
      for (;;) {
        const stored = await read();
        const { ring } = stored;
        // There is one key for digests, whoever made it: what it signed has to be recognised.
        const key =
          use === 'sign'
            ? ring.keys.find((each) => each.use === use)
            : currentKey(ring, use, source);
        if (key === undefined) {
          await add(use, stored);
          continue;
        }
        const opened = await reveal(ring, key);
        if (opened === undefined) throw otherKey();
        return { id: key.id, key: opened };
      }
    },
    async prove() {
      const { ring } = await read();
      const own = mastersOf(ring, source);
      if (own.length === 0) {
        await checked();
        return;
      }
      for (const master of own) if ((await masterKey(ring, master)) !== undefined) return;
      throw otherKey();
    },
  };
}

/** A name for a key that says nothing of it. */
export function newKeyId(): string {
  return randomBytes(6).toString('base64url').replaceAll('-', 'a').replaceAll('_', 'b');
}
