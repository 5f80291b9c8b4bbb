/**
 * An object whose methods load what they belong to when one of them is called first: what most commands
 * don't need must not cost their start. All methods give promises.
 */
export function createLazyFacade<T extends object>(load: () => Promise<T>): T {
  let loading: Promise<T> | undefined;
  type Method = (...args: unknown[]) => Promise<unknown>;
  return new Proxy({} as T, {
    get(_, name) {
      // Whoever awaits the object itself asks for a `then`: it has none.
      if (name === 'then') return undefined;
      return async (...args: unknown[]): Promise<unknown> => {
        loading ??= load();
        const facade = (await loading) as Record<string | symbol, Method | undefined>;
        return facade[name]?.(...args);
      };
    },
  });
}
