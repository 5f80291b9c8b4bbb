import type { EngineContext } from '../../../engine/context/EngineContext.ts';
import { nearest } from '../../../errors/nearest.ts';
import { SlothError } from '../../../errors/SlothError.ts';
import type { Head } from '../../../model/head.ts';

/** The error for a key that a stack's state does not have, with those that are like it. */
export async function keyNotFound(
  { backend }: EngineContext,
  { lineage, name }: Head,
  key: string,
): Promise<SlothError> {
  const view = await backend.read({ lineage }, [{ kind: 'value' }]);
  const near = nearest(key, view?.content.value.keys() ?? []);
  return new SlothError('state.key_not_found', { stack: name, key, near });
}
