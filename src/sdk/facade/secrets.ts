import type { EngineContext } from '../../engine/context/EngineContext.ts';
import { listSealed } from '../../engine/secrets/listSealed.ts';
import { openStack } from '../../engine/stacks/openStack.ts';
import type { KeyOptions } from '../../services/secrets/keyHolder.ts';
import type { Runner } from '../Runner.ts';

/** The façade's operations on what is stored encrypted, and the keys it is encrypted with. */
export function createSecretsFacade(context: EngineContext, keys: KeyOptions): Runner['secrets'] {
  return {
    async list(stack) {
      const heads =
        stack === undefined ? await context.backend.list() : [await openStack(context, stack)];
      const all = await Promise.all(heads.map(({ name }) => listSealed(context, name)));
      return all.flat();
    },
    async rotate(next = {}) {
      const { rotateKeys } = await import('../../services/secrets/rotateKeys.ts');
      return rotateKeys(keys, next);
    },
  };
}
