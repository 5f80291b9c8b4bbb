import { readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

let installed = false;

/**
 * Teaches this process to import workflow files: `sloth-runner` is this very program, wherever the
 * file lies, and types are stripped from TypeScript, with positions kept. Done once, at the first
 * workflow in TypeScript or JavaScript.
 */
export function installModuleHooks(wordsUrl: string): void {
  if (installed) return;
  installed = true;
  const { registerHooks } = module as Partial<typeof module>;
  if (registerHooks === undefined) registerOnThread(wordsUrl);
  else {
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === 'sloth-runner'
          ? { url: wordsUrl, shortCircuit: true }
          : next(specifier, context),
      load: (url, context, next) => {
        if (!isTypeScript(url)) return next(url, context);
        const source = strip(readFileSync(fileURLToPath(url), 'utf8'));
        return { format: 'module', source, shortCircuit: true };
      },
    });
  }
}

function isTypeScript(url: string): boolean {
  return url.startsWith('file:') && /\.m?ts(\?|$)/.test(url) && !url.includes('/node_modules/');
}

/** Node says that stripping is experimental where it still is; that is our choice, not the user's. */
function strip(source: string): string {
  const emit = process.emitWarning;
  process.emitWarning = () => {};
  try {
    return module.stripTypeScriptTypes(source, { mode: 'strip' });
  } finally {
    process.emitWarning = emit;
  }
}

/** Node 22.13 and 22.14 know hooks only on a thread of their own, given as a module. */
function registerOnThread(wordsUrl: string): void {
  const source = `
    import { readFile } from 'node:fs/promises';
    import { stripTypeScriptTypes } from 'node:module';
    process.emitWarning = () => {};
    export const resolve = (specifier, context, next) =>
      specifier === 'sloth-runner'
        ? { url: ${JSON.stringify(wordsUrl)}, shortCircuit: true }
        : next(specifier, context);
    export const load = async (url, context, next) => {
      if (!url.startsWith('file:') || !/\\.m?ts(\\?|$)/.test(url)) return next(url, context);
      const source = stripTypeScriptTypes(await readFile(new URL(url), 'utf8'), { mode: 'strip' });
      return { format: 'module', source, shortCircuit: true };
    };`;
  module.register(`data:text/javascript,${encodeURIComponent(source)}`);
}
