import type { StoredValue } from '../../model/entry.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Sealer } from '../../services/secrets/Sealer.ts';

/**
 * What a ciphertext is bound to: moved to another place, it doesn't decrypt. The lineage and not
 * the name of the stack, so that a rename keeps everything readable.
 */
export function sealContext(lineage: string, kind: string, name: string): string {
  return `${lineage}/${kind}/${name}`;
}

/** A value as it is stored: encrypted when it is sensitive. */
export async function sealValue(
  sealer: Sealer,
  value: JsonValue,
  sensitive: boolean,
  context: string,
): Promise<StoredValue> {
  return sensitive ? { sealed: await sealer.seal(value, context), sensitive: true } : { value };
}

/** A stored value as it was. Rejects with `secret.wrong_key` where the key is not the right one. */
export async function openValue(
  sealer: Sealer,
  stored: StoredValue,
  context: string,
): Promise<JsonValue> {
  return stored.sensitive === true ? sealer.open(stored.sealed, context) : stored.value;
}
