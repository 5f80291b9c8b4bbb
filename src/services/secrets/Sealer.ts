import type { JsonValue } from '../../model/json.ts';
import type { Signer } from './signer.ts';

/** Encrypts values at rest, and signs what stands for them; `context` binds a ciphertext to its place. */
export interface Sealer extends Signer {
  seal(value: JsonValue, context: string): Promise<string>;
  open(sealed: string, context: string): Promise<JsonValue>;
  /** Writes a file encrypted; gives the id of the key. */
  sealFile(from: string, to: string, context: string): Promise<string>;
  /** Writes what an encrypted file holds. Rejects with `secret.wrong_key`; then `to` is not to be used. */
  openFile(key: string, from: string, to: string, context: string): Promise<void>;
  /** Rejects with `secret.*` where the key is not the one that the store is sealed with. */
  prove(): Promise<void>;
}
