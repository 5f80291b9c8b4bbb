import { pathToFileURL } from 'node:url';
import { installHooks } from './modules/installHooks.ts';
import { markUrl } from './modules/loadedUrl.ts';
import { sharedSlot } from './Scope.ts';

/** What importing a user's file needs to know about the program it is a part of. */
export interface ImporterOptions {
  /** The module that files get for `import … from 'sloth-runner'`. */
  readonly wordsUrl: string;
  /** The module `modules/threadHooks` as this program can load it; used by Node 22.13 and 22.14. */
  readonly hooksUrl: string;
  /** Imports a module; a test runner with an `import` of its own passes the runtime's. */
  readonly importModule?: (url: string) => Promise<unknown>;
}

/** Imports files in TypeScript or JavaScript without a build step. */
export interface ModuleImporter {
  /** The address under which a file is imported; a new one for each call, so that it is read afresh. */
  readonly urlOf: (path: string) => string;
  readonly import: (url: string) => Promise<unknown>;
}

/** Makes an importer; its hooks stay installed for as long as the process lives. */
export function createModuleImporter(options: ImporterOptions): ModuleImporter {
  const { importModule = (url) => import(url), wordsUrl, hooksUrl } = options;
  let loader: string | undefined;
  let loads = 0;
  return {
    import: importModule,
    urlOf(path) {
      if (loader === undefined) {
        loader = String((sharedSlot().loaders += 1));
        installHooks({ loader, wordsUrl }, hooksUrl);
      }
      return markUrl(pathToFileURL(path).href, `${loader}.${(loads += 1)}`);
    },
  };
}
