import { SlothError } from '../../errors/SlothError.ts';
import type { Content } from '../../model/content.ts';
import type { StoredValue } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import type { ProviderMachine } from '../../model/provider.ts';
import { objectKey } from '../../services/resources/decideMoves.ts';
import { withKeptObjects } from '../../services/resources/withKeptObjects.ts';
import {
  type Comparison,
  comparisonOf,
  diffContents,
} from '../../services/snapshots/compareContents.ts';
import { contentKinds } from '../../services/snapshots/contentChanges.ts';
import { restoreCommand } from '../../services/snapshots/restoreCommand.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { previewObjects, type RestorePreview } from '../objects/previewObjects.ts';
import {
  type OlderContent,
  rollbackObjects,
  type UnrestoredObject,
} from '../objects/rollbackObjects.ts';
import { underRunLock } from '../objects/underRunLock.ts';
import { openValue, sealContext } from '../secrets/sealValue.ts';
import { contentOfPoint, findPoint, type Point } from './findPoint.ts';
import { snapshotFirst } from './snapshotFirst.ts';

/** What of a content is restored; all of it where neither is given. */
export interface RestoreScope {
  readonly only?: 'resources' | 'values' | 'outputs';
  /** The address of one resource. */
  readonly resource?: string;
}

/** How to restore. */
export interface RestoreRequest extends RestoreScope {
  readonly point: string;
  /** Whether the real objects are brought back, too. */
  readonly apply: boolean;
  readonly machine: ProviderMachine;
}

/** What a restore without `apply` leaves of objects, it goes on looking after. */
function withoutApply(content: Content, current: Content): Content {
  return { ...content, resource: withKeptObjects(content.resource, current.resource) };
}

/** What a restore did. */
export interface RestoredSnapshot {
  readonly point: Point;
  /** The snapshot of what was there before; by it the restore is undone. */
  readonly undo: string;
  /** Entries that were set back. */
  readonly changed: number;
  /** Objects that could not be brought back; the stack goes on knowing them as they are. */
  readonly failed: readonly UnrestoredObject[];
}

/** What a restore would change, in the stack and of its real objects. */
export interface PreviewedRestore {
  readonly point: Point;
  readonly comparison: Comparison;
  /** What bringing the objects back would do to each; those that need nothing are left out. */
  readonly objects: readonly RestorePreview[];
}

/** What a restore would change, without changing anything. */
export async function previewRestore(
  context: EngineContext,
  head: Head,
  point: string,
  { apply, machine, ...scope }: Omit<RestoreRequest, 'point'>,
): Promise<PreviewedRestore> {
  const found = await findPoint(context, head, point);
  const older = await contentOfPoint(context, head, found);
  const current = await currentContent(context, head.lineage);
  const wanted = withinScope(head, current, older, scope);
  const session = { context, lineage: head.lineage, machine };
  const objects = await previewObjects(session, {
    content: wanted,
    serial: found.serial,
    ...objectsIn(scope),
  });
  const then = apply ? wanted : withoutApply(wanted, current);
  return { point: found, comparison: comparisonOf(diffContents(current, then)), objects };
}

/**
 * Sets the content of an earlier time again, under the lock, after a snapshot of what is there. A new
 * commit, so that history is not rewritten and the restore can itself be undone. Rejects with
 * `secret.*` before anything is touched where what is to be restored can't be decrypted.
 */
export async function restoreSnapshot(
  context: EngineContext,
  head: Head,
  request: RestoreRequest,
): Promise<RestoredSnapshot> {
  const { lineage } = head;
  const point = await findPoint(context, head, request.point);
  const older = await contentOfPoint(context, head, point);
  await assertReadable(context, lineage, older);
  const { machine } = request;
  const wish = { operation: 'restore', reason: `restoring ${point.label}`, machine };
  return underRunLock(context, head, wish, async (session) => {
    const { authority } = session;
    const description = `Before restore of ${point.label}`;
    const undo = await snapshotFirst(session, { description, tag: 'restore' });
    context.reach('restore.prepared');
    const current = await currentContent(context, lineage);
    const wanted = withinScope(head, current, older, request);
    const { content, failed } = request.apply
      ? await rollbackObjects(session, {
          content: wanted,
          serial: point.serial,
          ...objectsIn(request),
        })
      : { content: withoutApply(wanted, current), failed: [] };
    const command = restoreCommand(point.label, content, context.actor, authority, context.probe);
    const changed = await context.writer(lineage).submit(command);
    context.reach('restore.committed');
    return { point, undo: undo.version, changed, failed };
  });
}

/** Which objects are meant: nobody else's drift is touched on the way. */
function objectsIn({ only, resource }: RestoreScope): Pick<OlderContent, 'only'> {
  if (resource !== undefined) return { only: new Set([resource]) };
  return only === undefined || only === 'resources' ? {} : { only: new Set() };
}

/** The part of an older content that is wanted, and the rest as it is. */
function withinScope(
  head: Head,
  current: Content,
  older: Content,
  { only, resource }: RestoreScope,
): Content {
  if (resource !== undefined) {
    const resources = new Map(current.resource);
    const then = older.resource.get(resource);
    if (then === undefined && !resources.delete(resource)) {
      throw new SlothError('resource.not_found', { stack: head.name, address: resource, near: [] });
    }
    if (then !== undefined) {
      // Under another name by now, it would be in the stack twice.
      for (const [address, entry] of resources) {
        if (objectKey(entry) === objectKey(then)) resources.delete(address);
      }
      resources.set(resource, then);
    }
    return { ...current, resource: resources };
  }
  switch (only) {
    case 'resources':
      return { ...current, resource: older.resource };
    case 'values':
      return { ...current, value: older.value };
    case 'outputs':
      return { ...current, output: older.output };
    default:
      return older;
  }
}

async function currentContent({ backend }: EngineContext, lineage: string): Promise<Content> {
  const view = await backend.read(
    { lineage },
    contentKinds.map((kind) => ({ kind })),
  );
  if (view === undefined) throw new SlothError('stack.not_found', { stack: lineage, near: [] });
  return view.content;
}

/** A restored secret that nobody can decrypt would be as good as lost. */
async function assertReadable(
  { sealer }: EngineContext,
  lineage: string,
  { value, output, resource }: Content,
): Promise<void> {
  const sealed: [kind: string, name: string, stored: StoredValue][] = [];
  const note = (kind: string, name: string, stored: StoredValue): void => {
    if (stored.sensitive === true) sealed.push([kind, name, stored]);
  };
  for (const [name, stored] of value) note('value', name, stored);
  for (const [name, stored] of output) note('output', name, stored);
  for (const [name, { properties, attributes }] of resource) {
    note('resource.properties', name, properties);
    note('resource.attributes', name, attributes);
  }
  for (const [kind, name, stored] of sealed) {
    await openValue(sealer, stored, sealContext(lineage, kind, name));
  }
}
