import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SlothError } from '../../../errors/SlothError.ts';
import type { JsonValue } from '../../../model/json.ts';

/** An operation of the library of strings with its arguments. */
export interface PatternRequest {
  readonly args: readonly (JsonValue | undefined)[];
}

export type PatternAnswer =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly reason: string };

/** Threads that wait for work; they keep nobody from ending. */
const idle: Worker[] = [];

/**
 * Matches a pattern in a thread beside: the program can answer meanwhile, and end the thread where the
 * match takes too long. In: the operation (`find`, `match`, `gmatch`, `gsub`, `split`) and its arguments.
 * Out: its results as a list. Rejects with the signal's reason, or with what Lua says of the pattern.
 */
export async function runPattern(
  args: PatternRequest['args'],
  signal: AbortSignal | undefined,
): Promise<JsonValue> {
  signal?.throwIfAborted();
  const worker = idle.pop() ?? new Worker(threadUrl());
  worker.ref();
  const answer = await answerOf(worker, { args }, signal).catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });
  worker.unref();
  idle.push(worker);
  if (answer.ok) return answer.value;
  throw new SlothError('task.code_failed', { reason: answer.reason });
}

async function answerOf(
  worker: Worker,
  request: PatternRequest,
  signal: AbortSignal | undefined,
): Promise<PatternAnswer> {
  // Rejects where the thread fails, and with the signal.
  const answered = once(worker, 'message', signal === undefined ? {} : { signal });
  worker.postMessage(request);
  const [answer] = (await answered) as [PatternAnswer];
  return answer;
}

/** As source or built. */
function threadUrl(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? './patternThread.ts' : './patternThread.js', import.meta.url);
}
