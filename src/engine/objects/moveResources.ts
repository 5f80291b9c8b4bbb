import type { AcceptanceEntry } from '../../model/entry.ts';
import { acceptanceName } from '../../services/drift/acceptDriftCommand.ts';
import {
  type MovedResource,
  moveResourcesCommand,
} from '../../services/resources/resourceCommands.ts';
import { openValue, sealContext, sealValue } from '../secrets/sealValue.ts';
import type { ApplySession } from './ApplySession.ts';
import { writerOf } from './applyResource.ts';
import { acceptedOf } from './storedAcceptances.ts';

/**
 * Gives the resources of a stack other addresses, from the old to the new, in one commit: no kill leaves an
 * object under both, or under none. What is encrypted is bound to its address, and is encrypted anew.
 */
export async function moveResources(
  session: ApplySession,
  moves: ReadonlyMap<string, string>,
): Promise<void> {
  const { context, lineage } = session;
  const selection = [{ kind: 'resource' as const }, { kind: 'acceptance' as const }];
  const view = await context.backend.read({ lineage }, selection);
  const resources: MovedResource[] = [];
  for (const [from, to] of moves) {
    const entry = view?.content.resource.get(from);
    if (entry === undefined || from === to) continue;
    const seal = (stored: typeof entry.properties, part: string): Promise<typeof stored> =>
      resealed(session, stored, `resource.${part}`, from, to);
    const { replaced } = entry;
    const acceptances = acceptedOf(from, view?.content.acceptance);
    resources.push({
      from,
      to,
      entry: {
        ...entry,
        dependencies: entry.dependencies.map((each) => moves.get(each) ?? each),
        properties: await seal(entry.properties, 'properties'),
        attributes: await seal(entry.attributes, 'attributes'),
        ...(entry.secrets === undefined ? {} : { secrets: await seal(entry.secrets, 'secrets') }),
        ...(replaced === undefined
          ? {}
          : {
              replaced: { ...replaced, properties: await seal(replaced.properties, 'properties') },
            }),
      },
      acceptances: await movedAcceptances(session, acceptances, from, to),
    });
  }
  if (resources.length === 0) return;
  await context.writer(lineage).submit(moveResourcesCommand(resources, writerOf(session)));
  context.reach('resources.moved');
}

async function movedAcceptances(
  session: ApplySession,
  acceptances: ReadonlyMap<string, AcceptanceEntry>,
  from: string,
  to: string,
): Promise<Map<string, AcceptanceEntry>> {
  const next = new Map<string, AcceptanceEntry>();
  for (const [attribute, entry] of acceptances) {
    const [old, place] = [acceptanceName(from, attribute), acceptanceName(to, attribute)];
    const actual = await resealed(session, entry.actual, 'acceptance', old, place);
    next.set(attribute, { ...entry, actual });
  }
  return next;
}

async function resealed(
  { context, lineage }: ApplySession,
  stored: AcceptanceEntry['actual'],
  kind: string,
  from: string,
  to: string,
): Promise<AcceptanceEntry['actual']> {
  if (stored.sensitive !== true) return stored;
  const value = await openValue(context.sealer, stored, sealContext(lineage, kind, from));
  return sealValue(context.sealer, value, true, sealContext(lineage, kind, to));
}
