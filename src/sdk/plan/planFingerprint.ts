import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { EngineContext } from '../../engine/context/EngineContext.ts';
import { canonicalJson } from '../../model/json.ts';
import type { WorkflowDefinition } from '../../model/workflow.ts';
import { deriveKey } from '../../services/secrets/cipher.ts';

type Secrets = Pick<EngineContext, 'redactor' | 'sealer'>;
/** What a workflow is called with. */
interface Given {
  readonly values: object;
  readonly params: object;
}

/**
 * Stands for a workflow and all that was handed to it. What holds a secret gets a digest that is keyed with the
 * store's key: the workflow is known to many, and a short secret in it is found by trying all. Planning writes
 * nothing; where the store has no key yet, the digest has a salt, and takes as long as one of a passphrase.
 */
export async function planFingerprint(
  { redactor, sealer }: Secrets,
  definition: WorkflowDefinition,
  given: Given,
): Promise<string> {
  const all = await textOf(definition, given);
  if (!redactor.contains(all)) return plainDigest(all);
  return (await sealer.canSign()) ? sealer.sign(all) : slowDigest(all, randomBytes(16));
}

/** Whether a workflow and what it is called with are those that a fingerprint was made of. */
export async function hasFingerprint(
  { sealer }: Secrets,
  definition: WorkflowDefinition,
  given: Given,
  fingerprint: string,
): Promise<boolean> {
  const all = await textOf(definition, given);
  const [kind, salt = ''] = fingerprint.split(':');
  if (kind === SLOW) return (await slowDigest(all, Buffer.from(salt, 'hex'))) === fingerprint;
  return plainDigest(all) === fingerprint || sealer.isSigned(all, fingerprint);
}

/** What must be the same again for a plan to hold; the ids of functions are only this process's. */
async function textOf(definition: WorkflowDefinition, { values, params }: Given): Promise<string> {
  const source = await readFile(definition.at.file, 'utf8');
  const plain = JSON.stringify(definition, (key, value: unknown) => (key === 'id' ? null : value));
  return canonicalJson([source, JSON.parse(plain), values, params]);
}

function plainDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const SLOW = 'scrypt';

async function slowDigest(text: string, salt: Buffer): Promise<string> {
  const digest = await deriveKey(text, salt);
  return `${SLOW}:${salt.toString('hex')}:${digest.toString('hex')}`;
}
