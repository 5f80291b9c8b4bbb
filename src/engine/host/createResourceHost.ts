import type { TaskHost } from '../../model/host.ts';
import { addressOf, type ResourceDefinition } from '../../model/workflow.ts';
import type { WantedObject } from '../ApplySession.ts';
import { applyResource } from '../applyResource.ts';
import { declareResources } from '../prepareResources.ts';
import type { RunSession } from '../RunSession.ts';
import { readObject } from '../readObject.ts';
import { removeObject } from '../removeResource.ts';
import { applySession, entryOf, ready } from '../runResource.ts';

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
