import type * as v from 'valibot';
import { redactedError } from '../../engine/redaction/redactedError.ts';
import type { Caller, Store } from './Call.ts';
import type { CallOptions } from './Client.ts';
import { checkInput } from './checkInput.ts';
import { mustMay } from './mustMay.ts';
import type { Operation, Schema } from './Operation.ts';

/**
 * Does an operation for a caller: the only way to one. Its input is checked before anything else, and then
 * whether they may. A listener
 * that throws stops what is under way as a signal does, so that no lock and no execution stays open; the call
 * then rejects with what it threw. No error holds a secret.
 */
export async function callOperation<I extends Schema, O extends Schema, P extends Schema>(
  operation: Operation<I, O, P>,
  { store, caller }: { readonly store: Store; readonly caller: Caller },
  input: unknown,
  { signal, onProgress }: CallOptions<v.InferOutput<P>> = {},
): Promise<v.InferInput<O>> {
  const checked = checkInput(operation.id, operation.input, input);
  mustMay(caller, operation.permission, stackIn(checked));
  const broken = new AbortController();
  const emit = (message: v.InferOutput<P>): void => {
    if (broken.signal.aborted) return;
    try {
      onProgress?.(message);
    } catch (thrown) {
      broken.abort(thrown);
    }
  };
  const signals = [broken.signal, ...(signal === undefined ? [] : [signal])];
  const call = { store, caller, signal: AbortSignal.any(signals), emit };
  const output = await operation.run(call, checked).catch((error: unknown) => {
    throw broken.signal.aborted ? broken.signal.reason : redactedError(store.redactor, error);
  });
  broken.signal.throwIfAborted();
  return output;
}

/** The stack that an input is about; empty where it concerns none alone. */
function stackIn(input: unknown): string {
  const { stack } = input as { readonly stack?: unknown };
  return typeof stack === 'string' ? stack : '';
}
