import type {
  ExecOptions,
  ExecResult,
  HttpOptions,
  HttpResult,
  LogLevel,
} from '../../model/host.ts';
import type { JsonValue } from '../../model/json.ts';
import { currentHost } from './dslSlot.ts';

/** The values of the stack that this run works on. A change is durable once its promise resolved. */
export const state = {
  get: async (key: string): Promise<JsonValue | undefined> =>
    currentHost('state.get').stateGet(key),
  set: async (key: string, value: JsonValue): Promise<void> =>
    currentHost('state.set').stateSet(key, value),
  delete: async (key: string): Promise<boolean> => currentHost('state.delete').stateDelete(key),
  getAll: async (): Promise<Record<string, JsonValue>> => currentHost('state.getAll').stateGetAll(),
  has: async (key: string): Promise<boolean> =>
    (await currentHost('state.has').stateGet(key)) !== undefined,
  keys: async (): Promise<string[]> =>
    Object.keys(await currentHost('state.keys').stateGetAll()).sort(),
  increment: async (key: string, by = 1): Promise<number> =>
    currentHost('state.increment').stateIncrement(key, by),
  compareSwap: async (
    key: string,
    expected: JsonValue | undefined,
    next: JsonValue,
  ): Promise<boolean> => currentHost('state.compareSwap').stateCompareSwap(key, expected, next),
};

/** The stack that this run works on. */
export const stack = {
  name: (): string => currentHost('stack.name').stackName(),
  setOutput: async (
    key: string,
    value: JsonValue,
    options: { sensitive?: boolean } = {},
  ): Promise<void> => currentHost('stack.setOutput').stackSetOutput(key, value, options),
  getOutput: async (key: string, name?: string): Promise<JsonValue | undefined> =>
    currentHost('stack.getOutput').stackGetOutput(key, name),
};

/** Programs of this machine. A program that fails is a result, not an error. */
export const exec = {
  run: async (command: string | readonly string[], options?: ExecOptions): Promise<ExecResult> =>
    currentHost('exec.run').exec(command, options),
};

const at =
  (level: LogLevel) =>
  (...parts: unknown[]): void =>
    currentHost(`log.${level}`).log(level, parts.map(String).join(' '));

/** Messages of the task, redacted like everything it prints. */
export const log = {
  debug: at('debug'),
  info: at('info'),
  warn: at('warn'),
  error: at('error'),
  success: at('success'),
};

/** HTTP with the task's time limit; any status is an answer. */
export const http = {
  request: async (url: string, options?: HttpOptions): Promise<HttpResult> =>
    currentHost('http.request').http(url, options),
  get: async (url: string, options: HttpOptions = {}): Promise<HttpResult> =>
    currentHost('http.get').http(url, { ...options, method: 'GET' }),
};

/** Marks a value as secret and gives it back: its texts never reach a log, an event or a stored text. */
export function secret<T extends JsonValue>(value: T): T {
  currentHost('secret').secret(value);
  return value;
}

/** The values of this run (`--values`, `--set`). */
export const values: Readonly<Record<string, JsonValue>> = hostRecord('values');

/** The parameters of this run (`--param`). */
export const params: Readonly<Record<string, string>> = hostRecord('params');

/** A table that is the current run's, looked up when it is read. */
function hostRecord<K extends 'values' | 'params'>(name: K): ReturnType<typeof currentHost>[K] {
  const current = (): object => currentHost(name)[name];
  return new Proxy({} as ReturnType<typeof currentHost>[K], {
    get: (_, key) => Reflect.get(current(), key),
    has: (_, key) => Reflect.has(current(), key),
    ownKeys: () => Reflect.ownKeys(current()),
    getOwnPropertyDescriptor: (_, key) => {
      const value: unknown = Reflect.get(current(), key);
      return value === undefined ? undefined : { value, enumerable: true, configurable: true };
    },
  });
}
