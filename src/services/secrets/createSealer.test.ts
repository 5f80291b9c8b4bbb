import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { neverCrash } from '../../backend/crashPoint.ts';
import type { StoreKeys } from '../../backend/StateBackend.ts';
import { createMemoryBackend } from '../../backends/memory/createMemoryBackend.ts';
import { createMemoryStore } from '../../backends/memory/MemoryStore.ts';
import { hasCode } from '../../errors/SlothError.ts';
import type { JsonValue } from '../../model/json.ts';
import { createSealer } from './createSealer.ts';
import type { KeyOptions } from './keyHolder.ts';
import type { Sealer } from './Sealer.ts';

let folder: string;
let keys: StoreKeys;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sloth-seal-'));
  keys = createMemoryBackend(createMemoryStore(), Date.now).keys;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sealer = (passphrase?: string): Sealer => createSealer(options(passphrase));

function options(passphrase?: string): KeyOptions {
  const keyFile = join(folder, 's.key');
  return { passphrase, keyFile, keys, clock: Date.now, reach: neverCrash };
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => 'none',
    (error: unknown) =>
      hasCode(error, 'secret.wrong_key') ? error.code : (error as { code: string }).code,
  );
}

describe.each([
  ['a key file', undefined],
  ['a passphrase', 'correct horse'],
] as const)('values under %s', (_, passphrase) => {
  test('any value comes back, and its text shows nothing of it', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as JsonValue;
        const sealed = await sealer(passphrase).seal({ marker: 'plainly', plain }, 'l/value/k');
        expect(sealed).not.toContain('plainly');
        const back = await sealer(passphrase).open(sealed, 'l/value/k');
        expect(back).toEqual({ marker: 'plainly', plain });
      }),
      { numRuns: 5 },
    ));

  test('a ciphertext moved to another place, or altered, does not open', async () => {
    const sealed = await sealer(passphrase).seal('x', 'l/value/k');
    expect(await codeOf(sealer(passphrase).open(sealed, 'l/value/other'))).toBe('secret.wrong_key');
    const altered = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA');
    expect(await codeOf(sealer(passphrase).open(altered, 'l/value/k'))).toBe('secret.wrong_key');
  });

  test('the same value twice has two different texts', async () => {
    const one = sealer(passphrase);
    expect(await one.seal('x', 'c')).not.toBe(await one.seal('x', 'c'));
  });
});

describe('keys', () => {
  test('another passphrase, or none, does not open', async () => {
    const sealed = await sealer('right').seal('x', 'c');
    expect(await codeOf(sealer('wrong').open(sealed, 'c'))).toBe('secret.wrong_key');
    expect(await codeOf(sealer().open(sealed, 'c'))).toBe('secret.wrong_key');
  });

  test('the key file is private, made once, and its loss is told', async () => {
    const sealed = await sealer().seal('x', 'c');
    const path = join(folder, 's.key');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const key = readFileSync(path).toString('hex');
    await Promise.all(['a', 'b'].map((each) => sealer().seal(each, 'c')));
    expect(readFileSync(path).toString('hex')).toBe(key);
    rmSync(path);
    expect(await codeOf(sealer().open(sealed, 'c'))).toBe('secret.no_key');
  });

  test('another key, or none, seals nothing in a store that was sealed with one', async () => {
    await sealer('right').seal('x', 'c');
    await sealer().seal('x', 'c');
    expect(await codeOf(sealer('rihgt').seal('y', 'c'))).toBe('secret.other_key');
    const path = join(folder, 's.key');
    const saved = readFileSync(path);
    rmSync(path);
    expect(await codeOf(sealer().seal('y', 'c'))).toBe('secret.no_key');
    writeFileSync(path, Buffer.alloc(saved.length, 7), { mode: 0o600 });
    expect(await codeOf(sealer().seal('y', 'c'))).toBe('secret.other_key');
    writeFileSync(path, saved, { mode: 0o600 });
    expect(await sealer('right').open(await sealer('right').seal('y', 'c'), 'c')).toBe('y');
  });

  test('a key file that others may read is refused', async () => {
    await sealer().seal('x', 'c');
    chmodSync(join(folder, 's.key'), 0o644);
    expect(await codeOf(sealer().seal('x', 'c'))).toBe('secret.no_key');
  });
});
