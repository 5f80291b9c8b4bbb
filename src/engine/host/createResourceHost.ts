import type { TaskHost } from '../../model/host.ts';
import { addressOf, type ResourceDefinition } from '../../model/workflow.ts';
import type { WantedObject } from '../objects/ApplySession.ts';
import { applyResource } from '../objects/applyResource.ts';
import { readObject } from '../objects/readObject.ts';
import { removeObject } from '../objects/removeResource.ts';
import { declareResources } from '../resources/prepareResources.ts';
import type { RunSession } from '../session/RunSession.ts';
import { applySession, entryOf, ready } from '../session/sessionResources.ts';

/** Serves resources inside a task, relative to its working directory. */
export function createResourceHost(
  session: RunSession,
  workdir: string,
): Pick<TaskHost, 'ensure' | 'ensureAbsent' | 'inspect'> {
  const machine = session.machine.narrowed({ workdir });

  async function wantedOf(definition: ResourceDefinition): Promise<WantedObject> {
    const [declared] = await declareResources([definition], session.context.providers);
    if (declared === undefined) throw new Error(`nothing came of ${addressOf(definition)}`);
    const prepared = await ready(session, declared, machine);
    const { name, provider, properties, identity, dependsOn } = prepared;
    const { file, line } = definition.at;
    return {
      address: name,
      provider,
      properties,
      identity,
      dependencies: dependsOn,
      // Not declared, so not deleted for not being declared either.
      options: { ...declared.definition.options, prune: false },
      at: { file, line },
    };
  }

  return {
    async ensure(definition) {
      const wanted = await wantedOf(definition);
      const known = await entryOf(session, wanted.address);
      const done = await applyResource(applySession(session), wanted, known);
      const { action, verb, attributes } = done;
      session.applied.set(wanted.address, { properties: wanted.properties, attributes });
      return { changed: action !== 'none', action: verb };
    },

    async ensureAbsent(definition) {
      const wanted = await wantedOf(definition);
      const known = await entryOf(session, wanted.address);
      const changed = await removeObject(applySession(session), wanted, known);
      return { changed, action: changed ? 'deleted' : 'unchanged' };
    },

    async inspect(definition) {
      const { address, provider, properties } = await wantedOf(definition);
      const actual = await readObject(address, provider, properties, machine);
      return actual.exists ? { ...actual.attributes } : undefined;
    },
  };
}
