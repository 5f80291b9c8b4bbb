import type { EngineContext } from '../../engine/context/EngineContext.ts';
import {
  readPreImage,
  resourceHistory,
  restorePreImage,
} from '../../engine/objects/resourceHistory.ts';
import { openStack } from '../../engine/stacks/openStack.ts';
import type { Runner } from '../Runner.ts';

/** The façade's operations on what the objects of resources were. */
export function createResourcesFacade(
  context: EngineContext,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Runner['resources'] {
  return {
    async history(name, address) {
      return resourceHistory(context, await openStack(context, name), address);
    },
    async content(name, address, from) {
      const { data, content } = await readPreImage(
        context,
        await openStack(context, name),
        address,
        from,
      );
      return content ?? new TextEncoder().encode(`${JSON.stringify(data, null, 2)}\n`);
    },
    async restore(name, address, { from, signal = new AbortController().signal }) {
      const machine = context.providers.machine({ workdir: cwd, env, signal });
      await restorePreImage(context, await openStack(context, name), { address, from, machine });
    },
  };
}
