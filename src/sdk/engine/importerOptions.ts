import type { ImporterOptions } from '../../dsl/typescript/createModuleImporter.ts';

/** As source or built: the package's entry is what a user's file means by `sloth-runner`. */
export function importerOptions(): ImporterOptions {
  const isSource = import.meta.url.endsWith('.ts');
  const at = (path: string): string => new URL(path, import.meta.url).href;
  return {
    wordsUrl: at(isSource ? '../index.ts' : './index.js'),
    hooksUrl: at(isSource ? '../../dsl/typescript/modules/threadHooks.ts' : './threadHooks.js'),
  };
}
