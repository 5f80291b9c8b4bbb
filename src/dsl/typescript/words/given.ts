import type { TaskHost } from '../../../model/host.ts';
import type { JsonValue } from '../../../model/json.ts';
import { requireScope } from '../callHost.ts';

/** The values that the run was given (`--values`, `--set`). */
export const values: Readonly<Record<string, JsonValue>> = given('values', (host) => host.values);

/** The parameters that the run was given (`--param`). */
export const params: Readonly<Record<string, string>> = given('params', (host) => host.params);

/** The environment that the task sees. `process.env` is that of the whole program. */
export const env: Readonly<Record<string, string>> = given('env', (host) => host.env);

/** An object that is, at each look, what the host of the running code has under that name. */
function given<T>(
  word: string,
  read: (host: TaskHost) => Readonly<Record<string, T>>,
): Readonly<Record<string, T>> {
  const now = (): Readonly<Record<string, T>> => read(requireScope(word).host);
  return new Proxy<Record<string, T>>(
    {},
    {
      get: (_, key) =>
        typeof key === 'string' && Object.hasOwn(now(), key) ? now()[key] : undefined,
      has: (_, key) => Object.hasOwn(now(), key),
      ownKeys: () => Reflect.ownKeys(now()),
      getOwnPropertyDescriptor(_, key) {
        const descriptor = Reflect.getOwnPropertyDescriptor(now(), key);
        // A proxy may only report what its target could have: nothing here is fixed for ever.
        return descriptor && { ...descriptor, configurable: true };
      },
      set: () => false,
      deleteProperty: () => false,
      defineProperty: () => false,
    },
  );
}
