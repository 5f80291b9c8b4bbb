import type { Provider } from '../../model/provider.ts';

/** The types that come with the program; each is loaded when it is first needed. */
const builtin: Readonly<Record<string, () => Promise<Provider>>> = {
  file: async () => (await import('../../providers/file/fileProvider.ts')).fileProvider,
  directory: async () =>
    (await import('../../providers/directory/directoryProvider.ts')).directoryProvider,
  symlink: async () => (await import('../../providers/symlink/symlinkProvider.ts')).symlinkProvider,
  template: async () =>
    (await import('../../providers/template/templateProvider.ts')).templateProvider,
  block: async () => (await import('../../providers/block/blockProvider.ts')).blockProvider,
  dotenv: async () => (await import('../../providers/dotenv/dotenvProvider.ts')).dotenvProvider,
  line: async () => (await import('../../providers/line/lineProvider.ts')).lineProvider,
  command: async () => (await import('../../providers/command/commandProvider.ts')).commandProvider,
  process: async () => (await import('../../providers/process/processProvider.ts')).processProvider,
};

/** Names of all types there are. */
export const providerTypes: readonly string[] = Object.keys(builtin);

const loaded = new Map<string, Promise<Provider>>();

/** The provider of a type; `undefined` for a type nobody provides. */
export async function findProvider(type: string): Promise<Provider | undefined> {
  const load = Object.hasOwn(builtin, type) ? builtin[type] : undefined;
  if (load === undefined) return undefined;
  const known = loaded.get(type) ?? load();
  loaded.set(type, known);
  return known;
}
