import type { LoadHookSync, ResolveHookSync } from 'node:module';
import {
  adopt,
  alternatives,
  type HookSettings,
  isNotFound,
  isOwn,
  noteImport,
  wordsFor,
} from './resolveModule.ts';
import { stripFile } from './stripTypes.ts';

/** The module hooks of one loader, for `registerHooks` (Node 22.15 and later). */
export function createSyncHooks(settings: HookSettings): {
  readonly resolve: ResolveHookSync;
  readonly load: LoadHookSync;
} {
  return {
    resolve(specifier, context, next) {
      const parent = context.parentURL;
      if (parent === undefined || !isOwn(parent, settings)) return next(specifier, context);
      const words = wordsFor(specifier, settings);
      if (words !== undefined) return { url: words, shortCircuit: true };
      let missing: unknown;
      for (const name of [specifier, ...alternatives(specifier)]) {
        try {
          const found = next(name, context);
          return { ...found, url: adopt(found.url, parent) };
        } catch (error) {
          if (!isNotFound(error)) throw error;
          missing ??= error;
        }
      }
      throw noteImport(missing, parent, specifier);
    },
    load(url, context, next) {
      if (!isOwn(url, settings) || !/\.m?ts\?/.test(url)) return next(url, context);
      return { format: 'module', source: stripFile(url), shortCircuit: true };
    },
  };
}
