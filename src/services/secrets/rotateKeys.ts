import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { SlothError } from '../../errors/SlothError.ts';
import { KEY_BYTES } from './cipher.ts';
import {
  putAsideKeyFile,
  readKeyFile,
  removeNextKeyFile,
  removeNextKeyFiles,
  retireKeyFile,
  switchKeyFile,
  writeNextKeyFile,
} from './keyFile.ts';
import { createKeyHolder, type KeyHolder, type KeyOptions, newKeyId } from './keyHolder.ts';
import {
  type DataKey,
  isMaster,
  type KeyRing,
  type KeySource,
  type MasterKey,
  RING,
  ringText,
  wrap,
} from './keyRing.ts';

/** What takes the place of the key of now: a passphrase, or a new key file where none is given. */
export interface NextKey {
  readonly passphrase?: string;
}

/** What a rotation did. */
export interface RotatedKeys {
  readonly source: KeySource;
  /** How many keys of the store are encrypted under the new one now; 0 where nothing was ever sealed. */
  readonly keys: number;
  /** Whether it finished what an earlier one had begun. */
  readonly continued: boolean;
  /** The file of the former key; `null` where there was none. */
  readonly putAside: string | null;
}

/**
 * Encrypts all keys of a store under another key of the user's, and makes a new one for what is sealed from
 * now on. While it is under way both open the store, so that it can be killed at any moment, and be
 * continued by doing it again; at the end only the new one does.
 */
export async function rotateKeys(options: KeyOptions, next: NextKey): Promise<RotatedKeys> {
  const { passphrase } = next;
  const holder = createKeyHolder(options, passphrase === undefined ? [] : [passphrase]);
  const source: KeySource = passphrase === undefined ? 'file' : 'passphrase';
  if (await isUnused(options, holder)) {
    return { source, keys: 0, continued: false, putAside: null };
  }
  const continued = (await holder.read()).ring.next !== null;
  const id = await begin(options, holder, next, source);
  await switchFiles(options, holder, id, source);
  const keys = await finish(options, holder, id);
  const aside = putAsideKeyFile(options.keyFile, id);
  return { source, keys, continued, putAside: existsSync(aside) ? aside : null };
}

/** Whether nothing was ever sealed here, also by an earlier version. */
async function isUnused({ keyFile, keys }: KeyOptions, holder: KeyHolder): Promise<boolean> {
  if ((await holder.read()).text !== undefined || readKeyFile(keyFile) !== undefined) return false;
  const checks = await Promise.all(['file', 'passphrase'].map((each) => keys.get(each)));
  return checks.every((each) => each === undefined);
}

/** Every key under the next master key, too. Out: the id of that; of one that was begun before, its id. */
async function begin(
  { keyFile, keys, clock, reach }: KeyOptions,
  holder: KeyHolder,
  { passphrase }: NextKey,
  source: KeySource,
): Promise<string> {
  for (;;) {
    const { ring: before } = await holder.read();
    if (before.next !== null) {
      const master = before.masters.find(({ id }) => id === before.next);
      const isSame = master?.source === source;
      if (isSame && (await holder.master(before, master)) !== undefined) return before.next;
      throw new SlothError('secret.rotation_begun', { source: master?.source ?? 'file' });
    }
    // Also the proof that the key of now is the right one.
    await holder.current('seal');
    const { ring, text } = await holder.read();
    if (ring.next !== null) continue;
    const salt = passphrase === undefined ? '' : randomBytes(16).toString('base64url');
    const master: MasterKey = { id: newKeyId(), source, salt };
    const key =
      passphrase === undefined ? randomBytes(KEY_BYTES) : await holder.derived(passphrase, salt);
    if (source === 'file') writeNextKeyFile(keyFile, master.id, key);
    reach('keys.prepared');
    const begun = await withMaster(holder, ring, master, key, clock());
    if (await keys.swap(RING, text, ringText(begun))) {
      reach('keys.begun');
      return master.id;
    }
    if (source === 'file') removeNextKeyFile(keyFile, master.id);
  }
}

async function withMaster(
  holder: KeyHolder,
  ring: KeyRing,
  master: MasterKey,
  key: Buffer,
  at: number,
): Promise<KeyRing> {
  const masters = [...ring.masters, master];
  const fresh: DataKey = { id: newKeyId(), use: 'seal', at, wrapped: {} };
  const bytes = randomBytes(KEY_BYTES);
  let wrapped = { [master.id]: wrap(key, fresh, bytes) };
  // Whoever still has the key of before goes on sealing with the newest one, too.
  for (const each of ring.masters) {
    const opened = await holder.master(ring, each);
    if (opened !== undefined) wrapped = { ...wrapped, [each.id]: wrap(opened, fresh, bytes) };
  }
  const known = await wrapAll(holder, ring, master.id, key);
  return { masters, keys: [...known, { ...fresh, wrapped }], next: master.id };
}

/** Every key of a ring, also under a master key. Rejects where one can't be opened: it would be lost. */
async function wrapAll(
  holder: KeyHolder,
  ring: KeyRing,
  id: string,
  master: Buffer,
): Promise<DataKey[]> {
  const all: DataKey[] = [];
  for (const key of ring.keys) {
    if (key.wrapped[id] !== undefined) {
      all.push(key);
      continue;
    }
    const bytes = await holder.reveal(ring, key);
    if (bytes === undefined)
      throw new SlothError('secret.key_unopened', { source: sourceOf(ring, key) });
    all.push({ ...key, wrapped: { ...key.wrapped, [id]: wrap(master, key, bytes) } });
  }
  return all;
}

function sourceOf(ring: KeyRing, key: DataKey): KeySource {
  return ring.masters.find(({ id }) => key.wrapped[id] !== undefined)?.source ?? 'file';
}

async function switchFiles(
  { keyFile, reach }: KeyOptions,
  holder: KeyHolder,
  id: string,
  source: KeySource,
): Promise<void> {
  // A key file that is of no use any more would be taken for that of the store.
  if (source === 'passphrase') retireKeyFile(keyFile, id);
  else switchKeyFile(keyFile, id);
  reach('keys.switched');
  if (source !== 'file') return;
  // The last look before the former key opens nothing: the file, not what was kept of it.
  const { ring } = await holder.read();
  const [master, key] = [ring.masters.find((each) => each.id === id), readKeyFile(keyFile)];
  if (master !== undefined && (key === undefined || !isMaster(ring, master, key))) {
    throw new SlothError('secret.other_key', { which: `the key file ${keyFile}` });
  }
}

/** From then on only the new master key opens anything. Out: how many keys there are. */
async function finish(
  { keyFile, keys, reach }: KeyOptions,
  holder: KeyHolder,
  id: string,
): Promise<number> {
  for (;;) {
    const { ring, text } = await holder.read();
    // Another one was faster.
    if (ring.next !== id) return ring.keys.length;
    const master = ring.masters.find((each) => each.id === id);
    const key = master && (await holder.master(ring, master));
    if (master === undefined || key === undefined) {
      throw new SlothError('secret.key_unopened', { source: master?.source ?? 'file' });
    }
    // Keys that somebody made meanwhile are not under it yet.
    const all = await wrapAll(holder, ring, id, key);
    const done: KeyRing = {
      masters: [master],
      keys: all.map((each) => ({ ...each, wrapped: { [id]: each.wrapped[id] ?? '' } })),
      next: null,
    };
    if (!(await keys.swap(RING, text, ringText(done)))) continue;
    removeNextKeyFiles(keyFile);
    reach('keys.finished');
    return all.length;
  }
}
