import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import type { ReachCrashPoint } from '../../backend/crashPoint.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { JsonValue } from '../../model/json.ts';
import { createKeyFile, readKeyFile } from './keyFile.ts';

/** Where the key comes from. */
export interface SealerOptions {
  /** `SLOTH_RUNNER_PASSPHRASE`; it wins over the key file. */
  readonly passphrase: string | undefined;
  /** The key file beside the database; created when the first value is sealed without a passphrase. */
  readonly keyFile: string;
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
  let salt: Buffer | null = null;

  function passphraseKey(passphrase: string, using: Buffer): Promise<Buffer> {
    const id = `${using.toString('hex')} ${passphrase}`;
    const known = derived.get(id) ?? derive(passphrase, using);
    derived.set(id, known);
    return known;
  }

  return {
    async seal(value, context) {
      const { passphrase, keyFile, reach } = options;
      if (passphrase) {
        salt ??= randomBytes(16);
        const key = await passphraseKey(passphrase, salt);
        return `v1.pass.${salt.toString('base64url')}.${encrypt(key, value, context)}`;
      }
      const key = readKeyFile(keyFile) ?? createKeyFile(keyFile, randomBytes(32), reach);
      return `v1.file.${encrypt(key, value, context)}`;
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
