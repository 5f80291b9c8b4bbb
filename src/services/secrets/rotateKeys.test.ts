import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CrashPoint, neverCrash, type ReachCrashPoint } from '../../backend/crashPoint.ts';
import type { StoreKeys } from '../../backend/StateBackend.ts';
import { createMemoryBackend } from '../../backends/memory/createMemoryBackend.ts';
import { createMemoryStore } from '../../backends/memory/MemoryStore.ts';
import { deriveKey, encrypt } from './cipher.ts';
import { createSealer } from './createSealer.ts';
import type { KeyOptions } from './keyHolder.ts';
import { rotateKeys } from './rotateKeys.ts';
import type { Sealer } from './Sealer.ts';

const PLACE = 'lineage/value/k';
let folder: string;
let keys: StoreKeys;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sloth-rotate-'));
  keys = createMemoryBackend(createMemoryStore(), Date.now).keys;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const keyFile = (): string => join(folder, 's.key');
const files = (): string[] => readdirSync(folder).sort();

function options(passphrase?: string, reach: ReachCrashPoint = neverCrash): KeyOptions {
  return { passphrase, keyFile: keyFile(), keys, clock: Date.now, reach };
}

/** Another process: nothing that was opened is known to it. */
const sealer = (passphrase?: string): Sealer => createSealer(options(passphrase));

const codeOf = (action: Promise<unknown>): Promise<string> =>
  action.then(
    () => 'none',
    (error: { code?: string }) => error.code ?? String(error),
  );

/** Dies at a crash point, as far as a promise can. */
const dieAt =
  (point: CrashPoint): ReachCrashPoint =>
  (reached) => {
    if (reached === point) throw new Error(`killed at ${point}`);
  };

/** A store of the version that sealed values with the user's own key. */
async function sealAsBefore(passphrase?: string): Promise<string> {
  const proof = Buffer.from(JSON.stringify('store/key-check'));
  const text = Buffer.from(JSON.stringify('old'));
  if (passphrase === undefined) {
    const key = randomBytes(32);
    writeFileSync(keyFile(), key, { mode: 0o600 });
    await keys.swap('file', undefined, encrypt(key, proof, 'store/key-check'));
    return `v1.file.${encrypt(key, text, PLACE)}`;
  }
  const salt = randomBytes(16);
  const key = await deriveKey(passphrase, salt);
  const check = `${salt.toString('base64url')}.${encrypt(key, proof, 'store/key-check')}`;
  await keys.swap('passphrase', undefined, check);
  return `v1.pass.${salt.toString('base64url')}.${encrypt(key, text, PLACE)}`;
}

describe('after a rotation', () => {
  test('a new key file opens all that was sealed, and the one of before nothing', async () => {
    const sealed = await sealer().seal('x', PLACE);
    const digest = await sealer().sign('pid');
    const former = readFileSync(keyFile());
    const { putAside, source, continued } = await rotateKeys(options(), {});
    expect([source, continued]).toEqual(['file', false]);
    expect(readFileSync(putAside ?? '')).toEqual(former);
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    expect(files()).toHaveLength(2);
    expect(await sealer().open(sealed, PLACE)).toBe('x');
    expect(await sealer().isSigned('pid', digest)).toBe(true);
    const later = await sealer().seal('y', PLACE);
    expect(later.split('.')[1]).not.toBe(sealed.split('.')[1]);
    expect(await sealer().open(later, PLACE)).toBe('y');
    writeFileSync(keyFile(), former, { mode: 0o600 });
    expect(await codeOf(sealer().open(sealed, PLACE))).toBe('secret.wrong_key');
    expect(await codeOf(sealer().seal('z', PLACE))).toBe('secret.other_key');
    expect(await codeOf(sealer().prove())).toBe('secret.other_key');
  });

  test('a passphrase takes the place of a key file, and a key file that of a passphrase', async () => {
    const sealed = await sealer().seal('x', PLACE);
    await rotateKeys(options(), { passphrase: 'one' });
    expect(existsSync(keyFile())).toBe(false);
    expect(await sealer('one').open(sealed, PLACE)).toBe('x');
    await rotateKeys(options('one'), { passphrase: 'two' });
    expect(await codeOf(sealer('one').open(sealed, PLACE))).toBe('secret.wrong_key');
    expect(await sealer('two').open(sealed, PLACE)).toBe('x');
    await rotateKeys(options('two'), {});
    expect(await codeOf(sealer('two').open(sealed, PLACE))).toBe('none');
    expect(await sealer().open(sealed, PLACE)).toBe('x');
  });

  test.each([
    ['a key file', undefined],
    ['a passphrase', 'before'],
  ] as const)(
    'what %s sealed by itself, in an earlier version, stays readable',
    async (_, passphrase) => {
      const sealed = await sealAsBefore(passphrase);
      expect(await sealer(passphrase).open(sealed, PLACE)).toBe('old');
      await sealer(passphrase).prove();
      await rotateKeys(options(passphrase), { passphrase: 'new' });
      expect(await sealer('new').open(sealed, PLACE)).toBe('old');
    },
  );

  test('it begins with the right key only', async () => {
    await sealer('right').seal('x', PLACE);
    expect(await codeOf(rotateKeys(options('wrong'), { passphrase: 'new' }))).toBe(
      'secret.other_key',
    );
  });

  test('a store with two keys of the user needs both', async () => {
    await sealer('one').seal('x', PLACE);
    const other = await sealer().seal('y', PLACE);
    expect(await codeOf(rotateKeys(options(), {}))).toBe('secret.key_unopened');
    await rotateKeys(options('one'), { passphrase: 'two' });
    expect(await sealer('two').open(other, PLACE)).toBe('y');
  });
});

describe('while it is under way', () => {
  test.each(['keys.prepared', 'keys.begun', 'keys.switched', 'keys.finished'] as const)(
    'killed at %s, all is readable, and the same again ends it',
    async (point) => {
      const sealed = await sealer().seal('x', PLACE);
      expect(await codeOf(rotateKeys(options(undefined, dieAt(point)), {}))).toContain('killed');
      expect(await sealer().open(sealed, PLACE)).toBe('x');
      const between = await sealer().seal('between', PLACE);
      const digest = await sealer().sign('between');
      await rotateKeys(options(), {});
      expect(await sealer().open(sealed, PLACE)).toBe('x');
      expect(await sealer().open(between, PLACE)).toBe('between');
      expect(await sealer().isSigned('between', digest)).toBe(true);
      expect(files().filter((name) => name.includes('next'))).toEqual([]);
    },
  );

  test('both passphrases open the store, and either goes on', async () => {
    const sealed = await sealer('one').seal('x', PLACE);
    const killed = rotateKeys(options('one', dieAt('keys.begun')), { passphrase: 'two' });
    expect(await codeOf(killed)).toContain('killed');
    const byOld = await sealer('one').seal('old', PLACE);
    const byNew = await sealer('two').seal('new', PLACE);
    expect(await codeOf(rotateKeys(options('one'), { passphrase: 'three' }))).toBe(
      'secret.rotation_begun',
    );
    const { continued } = await rotateKeys(options('two'), { passphrase: 'two' });
    expect(continued).toBe(true);
    for (const [text, value] of [
      [sealed, 'x'],
      [byOld, 'old'],
      [byNew, 'new'],
    ] as const) {
      expect(await sealer('two').open(text, PLACE)).toBe(value);
    }
  });

  test('a key that somebody makes meanwhile is brought along', async () => {
    await sealer('one').seal('x', PLACE);
    const killed = rotateKeys(options('one', dieAt('keys.begun')), { passphrase: 'two' });
    expect(await codeOf(killed)).toContain('killed');
    const sealed = await sealer().seal('under a key file of its own', PLACE);
    await rotateKeys(options('one'), { passphrase: 'two' });
    expect(existsSync(keyFile())).toBe(false);
    expect(await sealer('two').open(sealed, PLACE)).toBe('under a key file of its own');
  });

  test('from a passphrase to a key file, killed after it came to its place, none is put aside', async () => {
    const sealed = await sealer('one').seal('x', PLACE);
    const killed = rotateKeys(options('one', dieAt('keys.switched')), {});
    expect(await codeOf(killed)).toContain('killed');
    const { putAside } = await rotateKeys(options('one'), {});
    expect([putAside, files()]).toEqual([null, ['s.key']]);
    expect(await sealer().open(sealed, PLACE)).toBe('x');
  });

  test('two at once end with one key that opens all', async () => {
    const sealed = await sealer().seal('x', PLACE);
    await Promise.all([rotateKeys(options(), {}), rotateKeys(options(), {})]);
    expect(await sealer().open(sealed, PLACE)).toBe('x');
    expect(await sealer().open(await sealer().seal('y', PLACE), PLACE)).toBe('y');
    expect(files().filter((name) => name.includes('next'))).toEqual([]);
  });
});
