import type * as v from 'valibot';
import type { ErrorCode } from '../../errors/catalogue.ts';
import type { Call } from './Call.ts';
import type { Permission } from './Permission.ts';

/** What describes a value that crosses the façade: plain data, whichever way it goes. */
export type Schema = v.GenericSchema;

/** What an operation does to the store and to the world: looks, changes, or takes away. */
export type Effect = 'read' | 'write' | 'destroy';

/** What it needs beside the store; what touches paths of this machine is offered on it alone. */
export type Place = 'store' | 'project' | 'machine';

/** Where it lies in HTTP; `{stack}` in the path is a field of the input. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
}

/**
 * One thing that can be asked of sloth-runner, declared once: the library, the command line, the reference
 * and whatever speaks to it from elsewhere are made from this.
 *
 * Invariant: what comes in has passed `input` before `run` sees it, and what goes out passes `output`, in
 * the one form in which data leaves (`snake_case`, times as ISO 8601, durations as milliseconds in `…_ms`).
 */
export interface Operation<
  I extends Schema = Schema,
  O extends Schema = Schema,
  P extends Schema = Schema,
> {
  /** `group.name`, as it is never changed again. */
  readonly id: string;
  /** A line for people, without a full stop. */
  readonly summary: string;
  readonly details?: string;
  readonly effect: Effect;
  readonly permission: Permission;
  readonly place: Place;
  readonly input: I;
  readonly output: O;
  /** What it tells while it is under way. */
  readonly progress?: P;
  /** Codes of the catalogue that are its own; `commonErrors` may come from any. */
  readonly errors: readonly ErrorCode[];
  readonly http: Route;
  run(call: Call<v.InferOutput<P>>, input: v.InferOutput<I>): Promise<v.InferInput<O>>;
}

/** Declares an operation: nothing but its types are found out here. */
export function operation<
  I extends Schema,
  O extends Schema,
  P extends Schema = v.NeverSchema<undefined>,
>(declared: Operation<I, O, P>): Operation<I, O, P> {
  return declared;
}
