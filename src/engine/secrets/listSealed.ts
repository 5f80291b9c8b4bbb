import { entriesOf } from '../../model/content.ts';
import { type Entry, type EntryKind, entryKinds } from '../../model/entry.ts';
import type { JsonValue } from '../../model/json.ts';
import type { EngineContext } from '../context/EngineContext.ts';

/** Something that is stored encrypted; its value is not told. */
export interface SealedName {
  readonly stack: string;
  readonly kind: EntryKind | 'artifact';
  readonly name: string;
  /** The ids of the keys it is sealed with; empty for one of the user's own, of an earlier version. */
  readonly keys: readonly string[];
}

/** What a stack holds now that is encrypted, by kind and name. Nothing is decrypted. */
export async function listSealed(context: EngineContext, stack: string): Promise<SealedName[]> {
  const selection = (Object.keys(entryKinds) as EntryKind[]).map((kind) => ({ kind }));
  const view = await context.backend.read({ name: stack }, selection);
  return [...(view === undefined ? [] : entriesOf(view.content))].flatMap((entry) =>
    sealedIn(stack, entry),
  );
}

function sealedIn(stack: string, { kind, name, body }: Entry): SealedName[] {
  const tokens = [...tokensIn(body as unknown as JsonValue)];
  const own = tokens.length === 0 ? [] : [{ stack, kind, name, keys: keysOf(tokens) }];
  if (kind !== 'task_run') return own;
  const artifacts = body.artifacts.flatMap(({ path, key }): SealedName[] =>
    key === undefined ? [] : [{ stack, kind: 'artifact', name: `${name}/${path}`, keys: [key] }],
  );
  return [...own, ...artifacts];
}

/** Every encrypted value in a body, wherever it stands there. */
function* tokensIn(body: JsonValue): Generator<string> {
  if (body === null || typeof body !== 'object') return;
  if (!Array.isArray(body) && body.sensitive === true && typeof body.sealed === 'string') {
    yield body.sealed;
    return;
  }
  for (const each of Object.values(body)) yield* tokensIn(each);
}

function keysOf(tokens: readonly string[]): string[] {
  const ids = tokens.map((token) => /^v2\.([^.]+)\./.exec(token)?.[1] ?? '');
  return [...new Set(ids)].filter((id) => id !== '').sort();
}
