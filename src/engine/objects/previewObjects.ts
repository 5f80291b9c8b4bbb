import { describeError, toSlothError } from '../../errors/SlothError.ts';
import type { ResourceEntry } from '../../model/entry.ts';
import { moved, objectKey } from '../../services/resources/decideMoves.ts';
import { decideRestore } from '../../services/resources/decideRestore.ts';
import type { ApplySession } from './ApplySession.ts';
import { considerObject } from './considerObject.ts';
import {
  movesTo,
  type OlderContent,
  type RestoreSituation,
  storedSince,
} from './rollbackObjects.ts';
import { acceptancesOf } from './storedAcceptances.ts';
import { wantedOf } from './wantedOf.ts';

/** What a restore would really do to one object. */
export interface RestorePreview {
  readonly resource: string;
  readonly action:
    | 'delete'
    | 'put_back'
    | 'release'
    | 'keep'
    | 'create'
    | 'update'
    | 'replace'
    | 'unreadable';
  readonly reason: string;
}

/** What `rollbackObjects` would do, read from the real objects; nothing is changed. */
export async function previewObjects(
  session: Pick<ApplySession, 'context' | 'lineage' | 'machine'>,
  older: OlderContent,
): Promise<RestorePreview[]> {
  const known = await storedSince(session, older.serial);
  const moves = movesTo(known.current, older.content.resource);
  const current = moved(known.current, moves);
  const facts = { current, older: older.content.resource, images: known.images };
  const previews: RestorePreview[] = [];
  for (const step of decideRestore(facts)) {
    if (older.only?.has(step.address) === false) continue;
    if (step.does !== 'apply') {
      const reason = 'reason' in step ? step.reason : '';
      previews.push({ resource: step.address, action: step.does, reason });
      continue;
    }
    const preview = await previewApply(session, step.address, facts, moves);
    if (preview !== null) previews.push(preview);
  }
  return previews;
}

/** What applying a resource as it was would do; `null` for nothing. */
async function previewApply(
  { context, lineage, machine }: Pick<ApplySession, 'context' | 'lineage' | 'machine'>,
  resource: string,
  { older, current }: RestoreSituation,
  moves: ReadonlyMap<string, string>,
): Promise<RestorePreview | null> {
  const entry = older.get(resource);
  if (entry === undefined) return null;
  const known = knownAs(entry, current.get(resource));
  try {
    const wanted = await wantedOf({ context, lineage }, resource, entry);
    if (wanted === undefined) throw new Error(`there is no type '${entry.type}' any more`);
    const considering = {
      context,
      lineage,
      machine,
      acceptances: () => acceptancesOf(context, lineage, resource),
      movedTo: (address: string) => moves.get(address) ?? address,
    };
    const { change } = await considerObject(considering, wanted, known);
    if (change.action === 'none' || change.action === 'delete') return null;
    const names = change.differences.map((each) => each.attribute).join(', ');
    return { resource, action: change.action, reason: change.reason || names };
  } catch (thrown) {
    const { what, why } = describeError(toSlothError(thrown));
    const reason = context.redactor.text(why === '' ? what : why);
    return { resource, action: 'unreadable', reason };
  }
}

/** What the stack knows of the same object. */
export function knownAs(
  then: ResourceEntry,
  now: ResourceEntry | undefined,
): ResourceEntry | undefined {
  return now !== undefined && objectKey(now) === objectKey(then) ? now : undefined;
}
