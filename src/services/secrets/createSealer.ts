import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import type { ReachCrashPoint } from '../../backend/crashPoint.ts';
import type { KeyChecks } from '../../backend/StateBackend.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { JsonValue } from '../../model/json.ts';
import { createKeyFile, readKeyFile } from './keyFile.ts';

/** Where the key comes from. */
export interface SealerOptions {
  /** `SLOTH_RUNNER_PASSPHRASE`; it wins over the key file. */
  readonly passphrase: string | undefined;
  /** The key file beside the database; created when the first value is sealed without a passphrase. */
  readonly keyFile: string;
  /** What proves that a key is that of the store. */
  readonly checks: KeyChecks;
  readonly reach: ReachCrashPoint;
}

/** Encrypts values at rest. */
export interface ValueSealer {
  seal(value: JsonValue, context: string): Promise<string>;
  open(sealed: string, context: string): Promise<JsonValue>;
}

/** `scrypt` parameters: about 50 ms, once a process and salt. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/**
 * Makes a sealer: AES-256-GCM, the context as additional data, so that a ciphertext copied to another
 * key, stack or kind does not open. A token says how its key was made:
 * `v1.file.<nonce>.<text>` or `v1.pass.<salt>.<nonce>.<text>`, all base64url, the tag at the end of
 * the text.
 */
export function createSealer(options: SealerOptions): ValueSealer {
  const derived = new Map<string, Promise<Buffer>>();
  const { checks } = options;
  let fileKey: Promise<Buffer> | undefined;
  let passKey: Promise<{ readonly key: Buffer; readonly salt: Buffer }> | undefined;

  function passphraseKey(passphrase: string, using: Buffer): Promise<Buffer> {
    const id = `${using.toString('hex')} ${passphrase}`;
    const known = derived.get(id) ?? derive(passphrase, using);
    derived.set(id, known);
    return known;
  }

  /**
   * The key of the file, proved. The scenario that must not happen: the file is lost, a new one is made
   * without a word, and what is sealed from then on can't be read once the old one is back.
   */
  async function keyOfFile(): Promise<Buffer> {
    const { keyFile, reach } = options;
    const check = await checks.get('file');
    const known = readKeyFile(keyFile);
    if (known === undefined && check !== undefined) {
      const reason = 'it is missing, and what this store holds is sealed with it';
      throw new SlothError('secret.no_key', { path: keyFile, reason });
    }
    const key = known ?? createKeyFile(keyFile, randomBytes(32), reach);
    if (check === undefined) await checks.put('file', encrypt(key, PROOF, PROOF));
    else assertOpens(key, check, `the key file ${keyFile}`);
    return key;
  }

  /** The key of the passphrase, proved, with the store's salt: it is derived once. */
  async function keyOfPassphrase(passphrase: string): Promise<{ key: Buffer; salt: Buffer }> {
    const [known, nonce = '', text = ''] = (await checks.get('passphrase'))?.split('.') ?? [];
    const salt = known === undefined ? randomBytes(16) : Buffer.from(known, 'base64url');
    const key = await passphraseKey(passphrase, salt);
    if (known !== undefined) {
      assertOpens(key, `${nonce}.${text}`, 'the passphrase in SLOTH_RUNNER_PASSPHRASE');
      return { key, salt };
    }
    const proof = `${salt.toString('base64url')}.${encrypt(key, PROOF, PROOF)}`;
    await checks.put('passphrase', proof);
    // Another process may have been faster, with another salt, or another passphrase.
    return (await checks.get('passphrase')) === proof ? { key, salt } : keyOfPassphrase(passphrase);
  }

  return {
    async seal(value, context) {
      const { passphrase } = options;
      if (passphrase) {
        passKey ??= keyOfPassphrase(passphrase);
        const { key, salt } = await passKey;
        return `v1.pass.${salt.toString('base64url')}.${encrypt(key, value, context)}`;
      }
      fileKey ??= keyOfFile();
      return `v1.file.${encrypt(await fileKey, value, context)}`;
    },

    async open(sealed, context) {
      const [version, source, ...rest] = sealed.split('.');
      if (version === 'v1' && source === 'pass' && rest.length === 3) {
        const [saltText = '', nonce = '', text = ''] = rest;
        const { passphrase } = options;
        if (!passphrase) throw wrongKey(context);
        const key = await passphraseKey(passphrase, Buffer.from(saltText, 'base64url'));
        return decrypt(key, nonce, text, context);
      }
      if (version === 'v1' && source === 'file' && rest.length === 2) {
        const [nonce = '', text = ''] = rest;
        const key = readKeyFile(options.keyFile);
        if (key === undefined) {
          const reason = 'it is missing, and without it no sensitive value can be read';
          throw new SlothError('secret.no_key', { path: options.keyFile, reason });
        }
        return decrypt(key, nonce, text, context);
      }
      const reason = 'its encrypted value has an unknown format';
      throw new SlothError('backend.corrupt', { where: context, reason });
    },
  };
}

/** What a check value says; also its place, so that it opens nowhere else. */
const PROOF = 'store/key-check';

function assertOpens(key: Buffer, check: string, which: string): void {
  const [nonce = '', text = ''] = check.split('.');
  try {
    decrypt(key, nonce, text, PROOF);
  } catch (cause) {
    throw new SlothError('secret.other_key', { which }, { cause });
  }
}

function derive(passphrase: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, COST, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function encrypt(key: Buffer, value: JsonValue, context: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  const tagged = Buffer.concat([text, cipher.getAuthTag()]);
  return `${nonce.toString('base64url')}.${tagged.toString('base64url')}`;
}

function decrypt(key: Buffer, nonce: string, text: string, context: string): JsonValue {
  const tagged = Buffer.from(text, 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'))
      .setAAD(Buffer.from(context))
      .setAuthTag(tagged.subarray(-16));
    const plain = Buffer.concat([decipher.update(tagged.subarray(0, -16)), decipher.final()]);
    return JSON.parse(plain.toString('utf8')) as JsonValue;
  } catch (cause) {
    // The tag did not fit: another key, or a text that was altered or moved.
    throw new SlothError('secret.wrong_key', { where: placeOf(context) }, { cause });
  }
}

function wrongKey(context: string): SlothError {
  return new SlothError('secret.wrong_key', { where: placeOf(context) });
}

/** A context without its lineage, as people know the place. */
function placeOf(context: string): string {
  const [, kind, ...name] = context.split('/');
  return `${kind} '${name.join('/')}'`;
}
