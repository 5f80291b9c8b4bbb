import type { TaskHost } from '../../model/host.ts';
import { addressOf } from '../../model/workflow.ts';
import { applyResource } from '../applyResource.ts';
import { declareResources } from '../prepareResources.ts';
import type { RunSession } from '../RunSession.ts';
import { applySession, entryOf, ready } from '../runResource.ts';

/** Serves `resource.<type>` inside a task, relative to its working directory. */
export function createResourceHost(session: RunSession, workdir: string): Pick<TaskHost, 'ensure'> {
  return {
    async ensure(definition) {
      const { context } = session;
      const machine = session.machine.narrowed({ workdir });
      const [declared] = await declareResources([definition], context.providers);
      if (declared === undefined) throw new Error(`nothing came of ${addressOf(definition)}`);
      const prepared = await ready(session, declared, machine);
      const { name, provider, properties, identity, dependsOn } = prepared;
      const { file, line } = definition.at;
      const wanted = {
        address: name,
        provider,
        properties,
        identity,
        dependencies: dependsOn,
        // Not declared, so not deleted for not being declared either.
        options: { ...definition.options, prune: false },
        at: { file, line },
      };
      const known = await entryOf(session, name);
      const done = await applyResource(applySession(session), wanted, known);
      const { action, verb, attributes } = done;
      session.applied.set(name, { properties, attributes });
      return { changed: action !== 'none', action: verb };
    },
  };
}
