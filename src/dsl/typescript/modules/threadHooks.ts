import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
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

/**
 * The module hooks of one loader where the runtime runs them in a thread of their own (`register`,
 * Node 22.13 and 22.14). The same rules as in `syncHooks`; only waiting differs.
 */
let settings: HookSettings | undefined;

export const initialize: InitializeHook<HookSettings> = (given) => {
  settings = given;
};

export const resolve: ResolveHook = async (specifier, context, next) => {
  const parent = context.parentURL;
  if (settings === undefined || parent === undefined || !isOwn(parent, settings)) {
    return next(specifier, context);
  }
  const words = wordsFor(specifier, settings);
  if (words !== undefined) return { url: words, shortCircuit: true };
  let missing: unknown;
  for (const name of [specifier, ...alternatives(specifier)]) {
    try {
      const found = await next(name, context);
      return { ...found, url: adopt(found.url, parent) };
    } catch (error) {
      if (!isNotFound(error)) throw error;
      missing ??= error;
    }
  }
  throw noteImport(missing, parent, specifier);
};

export const load: LoadHook = async (url, context, next) => {
  if (settings === undefined || !isOwn(url, settings) || !/\.m?ts\?/.test(url)) {
    return next(url, context);
  }
  return { format: 'module', source: stripFile(url), shortCircuit: true };
};
