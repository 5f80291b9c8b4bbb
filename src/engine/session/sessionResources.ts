import type { ResourceEntry } from '../../model/entry.ts';
import type { ProviderMachine } from '../../model/provider.ts';
import { describeReference } from '../../model/reference.ts';
import type { ApplySession } from '../objects/ApplySession.ts';
import { resourceFailed } from '../objects/readObject.ts';
import type { DeclaredResource, PreparedResource } from '../resources/DeclaredResource.ts';
import { prepareResource } from '../resources/prepareResources.ts';
import type { RunSession } from './RunSession.ts';

/** The resource with what it refers to filled in: by now, everything that it needs is there. */
export async function ready(
  session: RunSession,
  declared: DeclaredResource,
  machine: ProviderMachine = session.machine,
): Promise<PreparedResource> {
  const known = session.prepared.get(declared.name);
  if (known !== undefined && declared.references.length === 0) return known;
  const preparing = { machine, redactor: session.redactor };
  const prepared = await prepareResource(declared, preparing, async ({ kind, of, name }) => {
    if (kind === 'output') return session.results.get(of)?.outputs[name];
    // The outputs of other stacks were known when the file was loaded.
    if (kind === 'stack') return undefined;
    const applied = session.applied.get(of);
    return applied?.properties[name] ?? applied?.attributes[name];
  });
  if (prepared !== undefined) return prepared;
  const names = declared.references.map(describeReference).join(', ');
  throw resourceFailed(declared.name, new Error(`not all of what it refers to is there: ${names}`));
}

/** What a run applies resources with. */
export function applySession(session: RunSession): ApplySession {
  const { context, head, authority, machine, redactor, kept, groups } = session;
  return {
    context,
    lineage: head.lineage,
    authority,
    machine,
    changing: machine.narrowed({ record: groups }),
    isSecret: (value) => redactor.contains({ ...value }),
    redact: (text) => redactor.text(text),
    kept,
  };
}

/** What the stack knows of a resource. */
export async function entryOf(
  { context, head }: RunSession,
  address: string,
): Promise<ResourceEntry | undefined> {
  const selection = [{ kind: 'resource' as const, name: address }];
  const view = await context.backend.read({ lineage: head.lineage }, selection);
  return view?.content.resource.get(address);
}
