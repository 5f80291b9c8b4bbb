import * as nodeModule from 'node:module';
import type { HookSettings } from './resolveModule.ts';
import { createSyncHooks } from './syncHooks.ts';

/**
 * Installs the module hooks of one loader for the rest of this process: a workflow may import at
 * any time while it runs. They touch the modules of that loader's own workflows and no others.
 *
 * In: `hooksUrl`, the module of `threadHooks` as this program can load it, for a Node without
 * `registerHooks`.
 */
export function installHooks(settings: HookSettings, hooksUrl: string): void {
  // Looked up by name: the binding is missing in Node 22.13 and 22.14.
  const { registerHooks, register } = nodeModule as Partial<typeof nodeModule>;
  if (registerHooks !== undefined) registerHooks(createSyncHooks(settings));
  else register?.(hooksUrl, { data: settings });
}
