import { SlothError } from '../../errors/SlothError.ts';
import type { JsonValue } from '../../model/json.ts';
import { decrypt, encrypt } from './cipher.ts';
import { readKeyFile } from './keyFile.ts';
import { createKeyHolder, type KeyOptions } from './keyHolder.ts';
import type { KeyUse } from './keyRing.ts';
import type { Sealer } from './Sealer.ts';
import { decryptFile, encryptFile } from './sealedFile.ts';
import { createSigner } from './signer.ts';

/**
 * Makes a sealer: AES-256-GCM under a data key of the store, the context as additional data, so that a
 * ciphertext copied to another key, stack or kind does not open. A token names its key:
 * `v2.<key>.<nonce>.<text>`. Those of earlier versions, `v1.file.<nonce>.<text>` and
 * `v1.pass.<salt>.<nonce>.<text>`, were sealed with the user's key itself. All parts are base64url.
 */
export function createSealer(options: KeyOptions): Sealer {
  const holder = createKeyHolder(options);

  /** Keys that sealed values directly: the one of now, and those that a rotation put away. */
  async function* directKeys(use: KeyUse): AsyncGenerator<Buffer> {
    const { ring } = await holder.read();
    for (const each of ring.keys.filter((key) => key.use === use)) {
      const key = await holder.reveal(ring, each);
      if (key !== undefined) yield key;
    }
    if (use === 'direct.file') {
      const key = readKeyFile(options.keyFile);
      if (key !== undefined) yield key;
    } else if (options.passphrase) yield Buffer.from(options.passphrase);
  }

  async function openDirectly(
    source: string,
    rest: readonly string[],
    context: string,
  ): Promise<Buffer> {
    const use = source === 'file' ? 'direct.file' : 'direct.passphrase';
    const [salt = ''] = rest;
    const text = rest.slice(-2).join('.');
    let isAny = false;
    for await (const key of directKeys(use)) {
      isAny = true;
      const right = use === 'direct.file' ? key : await holder.derived(key.toString(), salt);
      const plain = decrypt(right, text, context);
      if (plain !== undefined) return plain;
    }
    throw isAny || use === 'direct.passphrase' ? wrongKey(context) : missing();
  }

  function missing(): SlothError {
    const reason = 'it is missing, and without it no sensitive value can be read';
    return new SlothError('secret.no_key', { path: options.keyFile, reason });
  }

  async function openWith(id: string, text: string, context: string): Promise<Buffer> {
    const { ring } = await holder.read();
    const key = ring.keys.find((each) => each.id === id);
    const opened = key && (await holder.reveal(ring, key));
    const plain = opened && decrypt(opened, text, context);
    if (plain !== undefined) return plain;
    const isOfFile = ring.masters.some(
      (each) => each.source === 'file' && key?.wrapped[each.id] !== undefined,
    );
    throw isOfFile && opened === undefined && readKeyFile(options.keyFile) === undefined
      ? missing()
      : wrongKey(context);
  }

  return {
    async seal(value, context) {
      const { id, key } = await holder.current('seal');
      return `v2.${id}.${encrypt(key, Buffer.from(JSON.stringify(value)), context)}`;
    },

    async open(sealed, context) {
      const [version, source = '', ...rest] = sealed.split('.');
      const parts = { file: 2, pass: 3 }[source];
      if (version === 'v2' && rest.length === 2) {
        return parsed(await openWith(source, rest.join('.'), context));
      }
      if (version === 'v1' && rest.length === parts) {
        return parsed(await openDirectly(source, rest, context));
      }
      const reason = 'its encrypted value has an unknown format';
      throw new SlothError('backend.corrupt', { where: context, reason });
    },

    async sealFile(from, to, context) {
      const { id, key } = await holder.current('seal');
      await encryptFile(key, from, to, context);
      return id;
    },

    async openFile(id, from, to, context) {
      const { ring } = await holder.read();
      const key = ring.keys.find((each) => each.id === id);
      const opened = key && (await holder.reveal(ring, key));
      if (opened === undefined || !(await decryptFile(opened, from, to, context))) {
        throw wrongKey(context);
      }
    },

    ...createSigner(
      async () => (await holder.current('sign')).key,
      async () => (await holder.read()).ring.keys.some((each) => each.use === 'sign'),
    ),
    prove: holder.prove,
  };
}

function parsed(plain: Buffer): JsonValue {
  return JSON.parse(plain.toString('utf8')) as JsonValue;
}

function wrongKey(context: string): SlothError {
  return new SlothError('secret.wrong_key', { where: placeOf(context) });
}

/** A context without its lineage, as people know the place. */
function placeOf(context: string): string {
  const [, kind, ...name] = context.split('/');
  return `${kind} '${name.join('/')}'`;
}
