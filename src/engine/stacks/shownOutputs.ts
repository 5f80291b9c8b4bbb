import type { JsonValue } from '../../model/json.ts';
import type { EngineContext } from '../context/EngineContext.ts';

/** How a sensitive value is shown. */
export const SENSITIVE = '<sensitive>';

/** The outputs of a stack as they may be shown to anybody. */
export async function shownOutputs(
  context: EngineContext,
  lineage: string,
): Promise<Record<string, JsonValue>> {
  const view = await context.backend.read({ lineage }, [{ kind: 'output' }]);
  const shown: Record<string, JsonValue> = {};
  for (const [key, stored] of view?.content.output ?? []) {
    shown[key] = stored.sensitive === true ? SENSITIVE : stored.value;
  }
  return shown;
}
