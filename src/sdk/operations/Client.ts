import type * as v from 'valibot';
import type { Operation, Schema } from './Operation.ts';

/** What goes beside the input of a call. */
export interface CallOptions<P = never> {
  readonly signal?: AbortSignal;
  /** Told what is under way. What it throws stops the operation in good order, and rejects it. */
  readonly onProgress?: (message: P) => void;
}

/** An operation as a method: an input with nothing required may be left out. */
export type Method<T> =
  T extends Operation<infer I, infer O, infer P>
    ? {} extends v.InferInput<I>
      ? (
          input?: v.InferInput<I>,
          options?: CallOptions<v.InferOutput<P>>,
        ) => Promise<v.InferOutput<O>>
      : (
          input: v.InferInput<I>,
          options?: CallOptions<v.InferOutput<P>>,
        ) => Promise<v.InferOutput<O>>
    : never;

type Camel<S extends string> = S extends `${infer A}_${infer B}`
  ? `${A}${Capitalize<Camel<B>>}`
  : S;

/** The operations of a table as groups of methods: `locks.force_release` is `client.locks.forceRelease`. */
export type Client<T extends Readonly<Record<string, Operation<Schema, Schema, Schema>>>> = {
  readonly [G in keyof T & string as G extends `${infer Group}.${string}` ? Group : never]: {
    readonly [M in keyof T &
      string as M extends `${G extends `${infer Group}.${string}` ? Group : never}.${infer Name}`
      ? Camel<Name>
      : never]: Method<T[M]>;
  };
};
