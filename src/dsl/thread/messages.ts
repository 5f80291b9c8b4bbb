import type { ActionResult } from '../../model/host.ts';
import type { JsonValue } from '../../model/json.ts';
import type { FunctionHandle, TaskArguments, WorkflowDefinition } from '../../model/workflow.ts';
import type { ErrorData } from './errorAsData.ts';

/** What a host tells without being asked: plain data, sent once with each load and each call. */
export interface HostFacts {
  /** `null` at the top level of a file, which belongs to no stack. */
  readonly stack: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly params: Readonly<Record<string, string>>;
}

/** What the engine's thread is asked. `id` names a piece of work: a load or a call. */
export type Request =
  | { readonly type: 'load'; readonly id: number; readonly file: string; readonly host: HostFacts }
  | {
      readonly type: 'call';
      readonly id: number;
      readonly handle: FunctionHandle;
      readonly args: TaskArguments;
      readonly host: Pick<HostFacts, 'stack' | 'env' | 'workdir'>;
    }
  /** Nobody waits for this piece of work any more. */
  | { readonly type: 'abort'; readonly id: number }
  /** The answer to a host call. */
  | { readonly type: 'answer'; readonly call: number; readonly outcome: Outcome<unknown> }
  | { readonly type: 'ping' };

/** What the engine's thread tells. */
export type Reply =
  | { readonly type: 'loaded'; readonly id: number; readonly outcome: Outcome<LoadedFile> }
  | { readonly type: 'returned'; readonly id: number; readonly outcome: Outcome<ActionResult> }
  /** A host call on behalf of a piece of work; `call` is `null` where nobody waits for an answer. */
  | {
      readonly type: 'host';
      readonly id: number;
      readonly call: number | null;
      readonly name: string;
      readonly args: readonly unknown[];
    }
  /** An error that no code of the workflow caught: from a timer, or a promise that nobody awaits. */
  | { readonly type: 'uncaught'; readonly error: ErrorData }
  | { readonly type: 'pong' };

/** What a file defines. */
export interface LoadedFile {
  readonly workflows: readonly WorkflowDefinition[];
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorData };
