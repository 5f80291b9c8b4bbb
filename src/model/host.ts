import type { JsonObject, JsonValue } from './json.ts';
import type {
  FunctionHandle,
  ResourceDefinition,
  TaskArguments,
  WorkflowDefinition,
} from './workflow.ts';

/** How loud a message of a workflow is. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'success';

/** What `resource.<type>` did to an object, called inside a task. */
export interface EnsuredResource {
  readonly changed: boolean;
  /** `created`, `updated`, `replaced`, `deleted` or `unchanged`. */
  readonly action: string;
}

/**
 * Options of `exec.run`; `timeout` in milliseconds, `workdir` and files relative to the task's own. A
 * stream that goes to a file is empty in the result; one that is larger than `maxOutput` bytes rejects,
 * unless `keepOutput` is false: then neither is in the result at all.
 */
export interface ExecOptions {
  readonly workdir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeout?: number;
  readonly stdin?: string;
  readonly maxOutput?: number;
  readonly keepOutput?: boolean;
  readonly stdoutFile?: string;
  readonly stderrFile?: string;
}

/** How a child process ended. A timed-out one has `timed_out` and a non-zero `exit_code`. */
export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output, then standard error, without the last line break: what a person would read. */
  readonly output: string;
  readonly exit_code: number;
  readonly success: boolean;
  readonly timed_out: boolean;
}

/** Options of `http.request`; `timeout` in milliseconds. */
export interface HttpOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeout?: number;
}

/** An HTTP answer. Any status is an answer; only a missing answer is an error. */
export interface HttpResult {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What `fs.stat` tells; `mtime` in seconds since 1970. */
export interface FileStat {
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  readonly size: number;
  readonly mode: number;
  readonly mtime: number;
}

/**
 * What workflow code can ask of the machine and of its stack: the one list that both languages
 * adapt to their own manners, and that the engine implements once per task.
 *
 * Texts that come from files, programs and the network may hold bytes that are no UTF-8, as
 * `model/bytes` spells them, and give them back unchanged. What is stored is text: it is refused there.
 *
 * Paths are resolved against the task's working directory. A call rejects with a `SlothError`
 * where the request can't be met; the DSL adds file and line. `state` and `stack` calls resolve
 * only after the change is durable, so what a workflow has seen acknowledged survives SIGKILL.
 */
export interface TaskHost {
  stateGet(key: string): Promise<JsonValue | undefined>;
  stateSet(key: string, value: JsonValue): Promise<void>;
  /** Resolves to whether the key was there. */
  stateDelete(key: string): Promise<boolean>;
  stateGetAll(): Promise<Record<string, JsonValue>>;
  /** Adds `by` to a number (a missing key counts as 0) and resolves to the sum; atomic. */
  stateIncrement(key: string, by: number): Promise<number>;
  /** Sets `next` only where the value equals `expected` (`undefined`: is missing); atomic. */
  stateCompareSwap(key: string, expected: JsonValue | undefined, next: JsonValue): Promise<boolean>;

  /** The name of the stack this run works on. */
  stackName(): string;
  stackSetOutput(key: string, value: JsonValue, options?: { sensitive?: boolean }): Promise<void>;
  /** An output of another stack that this one depends on; rejects where it isn't there. */
  stackOutput(stack: string, key: string): Promise<JsonValue>;
  /** An output of this stack, or of the one named. */
  stackGetOutput(key: string, stack?: string): Promise<JsonValue | undefined>;

  /**
   * Brings a real object to what is wanted, at once, and registers it with the stack. It stays until
   * it is destroyed: what a task made is not deleted for not being declared.
   */
  ensure(resource: ResourceDefinition): Promise<EnsuredResource>;
  /** Makes sure that a real object is not there, and that the stack doesn't know it. */
  ensureAbsent(resource: ResourceDefinition): Promise<EnsuredResource>;
  /** What a real object looks like; `undefined` where there is none. Nothing is registered. */
  inspect(resource: ResourceDefinition): Promise<JsonObject | undefined>;

  exec(command: string | readonly string[], options?: ExecOptions): Promise<ExecResult>;
  log(level: LogLevel, message: string): void;
  /** Text the workflow printed itself (`print`, `io.write`, `console.log`). */
  print(text: string): void;
  /** Marks every text in a value as secret: it never reaches a log, an event or a stored text. */
  secret(value: JsonValue): void;

  fsRead(path: string): Promise<string>;
  /** Replaces the file atomically. */
  fsWrite(path: string, content: string, options?: { mode?: number }): Promise<void>;
  fsAppend(path: string, content: string): Promise<void>;
  fsExists(path: string): Promise<boolean>;
  fsStat(path: string): Promise<FileStat | undefined>;
  fsMkdir(path: string): Promise<void>;
  /** Removes a file or a whole directory; resolves to whether there was one. */
  fsRemove(path: string): Promise<boolean>;
  fsCopy(from: string, to: string): Promise<void>;
  fsRename(from: string, to: string): Promise<void>;
  /** Names of the entries of a directory, sorted. */
  fsList(path: string): Promise<string[]>;
  fsGlob(pattern: string): Promise<string[]>;

  http(url: string, options?: HttpOptions): Promise<HttpResult>;
  jsonDecode(text: string): JsonValue;
  yamlDecode(text: string): Promise<JsonValue>;
  yamlEncode(value: JsonValue): Promise<string>;

  /** The environment the task sees (the process's, then the task's own `env`). */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute working directory of the task. */
  readonly workdir: string;
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly params: Readonly<Record<string, string>>;
}

/** Bounds of one call into workflow code. */
export interface CallOptions {
  /** Epoch milliseconds after which the code is ended, also in the middle of a loop. */
  readonly deadline?: number;
  /** Ends the call at its next opportunity; host calls under way are ended by the host. */
  readonly signal?: AbortSignal;
}

/**
 * What a task function returned: `ok[, message[, outputs]]` after the language's own manners.
 * No value at all counts as success; Lua's `nil, "why"` as failure; a lone table as outputs.
 */
export interface ActionResult {
  readonly ok: boolean;
  readonly message: string;
  readonly outputs: Readonly<Record<string, JsonValue>>;
}

/**
 * A loaded workflow file: its definitions, and the way to call the functions they name. Many calls
 * may be under way at once; while one waits for its host, others proceed.
 */
export interface WorkflowProgram {
  readonly file: string;
  readonly workflows: readonly WorkflowDefinition[];
  call(
    handle: FunctionHandle,
    args: TaskArguments,
    host: TaskHost,
    options?: CallOptions,
  ): Promise<ActionResult>;
  close(): Promise<void>;
}

/**
 * Loads one workflow file. `host` serves its top level, where `state` and `stack` are refused; the signal
 * ends a load that takes too long.
 */
export type LoadWorkflow = (
  file: string,
  host: TaskHost,
  options?: { readonly signal?: AbortSignal },
) => Promise<WorkflowProgram>;
