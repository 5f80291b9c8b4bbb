import { type EngineContext, ownAuthority } from '../../engine/context/EngineContext.ts';
import { openValue, sealContext, sealValue } from '../../engine/secrets/sealValue.ts';
import { openStack } from '../../engine/stacks/openStack.ts';
import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { Head } from '../../model/head.ts';
import { deleteValueCommand, setValueCommand } from '../../services/state/valueCommands.ts';
import type { Runner, ShownValue } from '../Runner.ts';

/** The façade's operations on the values of a stack's state. */
export function createStateFacade(context: EngineContext): Runner['state'] {
  const { backend, sealer, probe } = context;

  async function notFound(head: Head, key: string): Promise<SlothError> {
    const view = await backend.read({ lineage: head.lineage }, [{ kind: 'value' }]);
    const near = nearest(key, view?.content.value.keys() ?? []);
    return new SlothError('state.key_not_found', { stack: head.name, key, near });
  }

  return {
    async list(name) {
      const head = await openStack(context, name);
      const view = await backend.read({ lineage: head.lineage }, [{ kind: 'value' }]);
      return [...(view?.content.value ?? [])].map(
        ([key, stored]): ShownValue =>
          stored.sensitive === true
            ? { key, sensitive: true }
            : { key, sensitive: false, value: stored.value },
      );
    },

    async get(name, key, options = {}) {
      const head = await openStack(context, name);
      const view = await backend.read({ lineage: head.lineage }, [{ kind: 'value', name: key }]);
      const stored = view?.content.value.get(key);
      if (stored === undefined) throw await notFound(head, key);
      const sensitive = stored.sensitive === true;
      if (sensitive && options.showSensitive !== true) return { key, sensitive };
      const place = sealContext(head.lineage, 'value', key);
      return { key, sensitive, value: await openValue(sealer, stored, place) };
    },

    async set(name, key, value, options = {}) {
      const head = await openStack(context, name);
      const place = sealContext(head.lineage, 'value', key);
      const stored = await sealValue(sealer, value, options.sensitive === true, place);
      const authority = ownAuthority(context, head.lineage);
      const command = setValueCommand('value', key, stored, { authority, probe });
      await context.writer(head.lineage).submit(command);
    },

    async delete(name, key) {
      const head = await openStack(context, name);
      const authority = ownAuthority(context, head.lineage);
      const command = deleteValueCommand('value', key, { authority, probe });
      if (!(await context.writer(head.lineage).submit(command))) throw await notFound(head, key);
    },
  };
}
