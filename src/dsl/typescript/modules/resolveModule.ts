import { loadOf, markUrl } from './loadedUrl.ts';

/** What the hooks of one loader need to know; plain data, because it may go to another thread. */
export interface HookSettings {
  /** The first part of the marks of this loader's loads. */
  readonly loader: string;
  /** The module that `import … from 'sloth-runner'` means. */
  readonly wordsUrl: string;
}

const PACKAGE = 'sloth-runner';

/** Whether a module was loaded by the loader these settings belong to. */
export function isOwn(url: string | undefined, settings: HookSettings): boolean {
  return loadOf(url)?.startsWith(`${settings.loader}.`) ?? false;
}

/** Where the package's own name leads in a workflow's files, wherever on the disk they lie. */
export function wordsFor(specifier: string, settings: HookSettings): string | undefined {
  return specifier === PACKAGE ? settings.wordsUrl : undefined;
}

/**
 * What else an import may mean that names no file: TypeScript's habit of importing `./x.js` where
 * the source is `./x.ts`, and imports without an extension.
 */
export function alternatives(specifier: string): string[] {
  if (!/^(\.|\/|file:)/.test(specifier)) return [];
  const match = /^(.*)\.(m?)js$/.exec(specifier);
  if (match) return [`${match[1]}.${match[2]}ts`];
  if (/\.[cm]?[jt]s$/.test(specifier)) return [];
  return ['.ts', '.mts', '.js', '.mjs'].map((extension) => specifier + extension);
}

/** The resolved URL, marked as a part of its importer's load where it is one of the user's files. */
export function adopt(url: string, parent: string | undefined): string {
  const load = loadOf(parent);
  const isOurs = /^file:.*\.m?[jt]s([?#]|$)/.test(url) && !url.includes('/node_modules/');
  return load !== undefined && isOurs ? markUrl(url, load) : url;
}

/** An import that leads nowhere, with who asked: the runtime's error has no position. */
export interface UnresolvedImport {
  readonly importer: string;
  readonly specifier: string;
}

/** Says on an error which import it is about. */
export function noteImport(error: unknown, importer: string, specifier: string): unknown {
  const note: UnresolvedImport = { importer, specifier };
  return error instanceof Error ? Object.assign(error, { slothImport: note }) : error;
}

/** Whether a module was not found, in which case `alternatives` are tried. */
export function isNotFound(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'ERR_UNSUPPORTED_DIR_IMPORT';
}
