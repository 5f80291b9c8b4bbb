import { Worker } from 'node:worker_threads';
import { SlothError } from '../../errors/SlothError.ts';
import type { TaskHost } from '../../model/host.ts';
import { endThreadChildren } from './endThreadChildren.ts';
import { errorAsData, errorFromData } from './errorAsData.ts';
import type { Outcome, Reply, Request } from './messages.ts';

/** How long a thread may take to answer that it is there, in milliseconds. */
const ANSWER_TIME = 300;

/** What the thread is given to begin with. */
export interface EngineThreadData {
  /** Shared: the piece of work whose code began last. */
  readonly busy: Int32Array;
}

/** One piece of work of a thread: a load, or a call. */
interface Work {
  readonly host: TaskHost;
  readonly settle: (outcome: Outcome<never>) => void;
  readonly fail: (error: unknown) => void;
  aborted: boolean;
}

/**
 * A thread that runs the code of one workflow file.
 *
 * The main thread never runs such code, so it can always answer a signal, renew a lease and end a task
 * at its time: a loop that never waits, or a pattern that takes minutes, holds up this thread only, and
 * is ended with it.
 */
export interface EngineThread {
  /** Does a piece of work; rejects with the signal's reason where that ends it. */
  do<T>(
    request: (id: number) => Request,
    host: TaskHost,
    signal: AbortSignal | undefined,
  ): Promise<T>;
  /** Whether it can do no more work. */
  readonly isOver: () => boolean;
  /** Ends it with all that it started by itself, whatever it is doing. */
  end(): Promise<void>;
}

/** Starts a thread; `url` is the module that it runs. */
export function startEngineThread(url: URL): EngineThread {
  const busy = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(url, { workerData: { busy } satisfies EngineThreadData });
  const works = new Map<number, Work>();
  let ids = 0;
  let over = false;
  let native = 0;
  let pong = (): void => {};

  const send = (request: Request): void => worker.postMessage(request);

  /** Ends all that is under way, for the thread can't go on. */
  function giveUp(error: unknown): void {
    over = true;
    for (const work of works.values()) work.fail(error);
    works.clear();
  }

  async function end(): Promise<void> {
    over = true;
    if (native !== 0) endThreadChildren(native);
    await worker.terminate();
  }

  worker.on('message', (reply: Reply | { readonly type: 'started'; readonly thread: number }) => {
    switch (reply.type) {
      case 'started':
        native = reply.thread;
        break;
      case 'loaded':
      case 'returned':
        works.get(reply.id)?.settle(reply.outcome as Outcome<never>);
        works.delete(reply.id);
        hold();
        break;
      case 'host':
        void serve(reply);
        break;
      case 'uncaught':
        giveUp(errorFromData(reply.error));
        void end();
        break;
      case 'pong':
        pong();
        break;
    }
  });
  // Out of memory, or it could not be started.
  worker.on('error', (cause) => {
    giveUp(new SlothError('task.code_failed', { reason: cause.message }, { cause }));
  });
  worker.on('exit', (status) => giveUp(new SlothError('task.exited', { status })));

  /** Answers a host call. What is only told, and fails, fails the work that told it. */
  async function serve({ id, call, name, args }: Reply & { type: 'host' }): Promise<void> {
    const work = works.get(id);
    try {
      if (work === undefined || work.aborted) {
        throw new SlothError('host.not_in_task', { name });
      }
      const method = work.host[name as 'exec'] as (...given: readonly unknown[]) => unknown;
      const answer = method(...args);
      if (call === null) return;
      const value = await answer;
      send({ type: 'answer', call, outcome: { ok: true, value } });
    } catch (thrown) {
      if (call === null) work?.fail(thrown);
      else send({ type: 'answer', call, outcome: { ok: false, error: errorAsData(thrown) } });
    }
  }

  /** Whether the thread answers; one that computes does not. */
  function answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ANSWER_TIME);
      pong = () => {
        clearTimeout(timer);
        resolve(true);
      };
      send({ type: 'ping' });
    });
  }

  /**
   * Ends a piece of work that nobody waits for any more. A function of JavaScript can't be stopped, so its
   * thread is ended: but not while other work goes on in it, unless what holds the thread up is this one.
   */
  async function abort(id: number, work: Work, reason: unknown): Promise<void> {
    work.aborted = true;
    const isAlone = (): boolean => [...works.values()].every((each) => each.aborted);
    if (!isAlone()) {
      send({ type: 'abort', id });
      if (await answers()) return;
      if (!works.has(id) || !(isAlone() || Atomics.load(busy, 0) === id)) return;
    }
    works.delete(id);
    work.fail(reason);
    giveUp(new SlothError('task.engine_ended', {}));
    await end();
  }

  /** A thread without work keeps nobody from ending. */
  function hold(): void {
    if (works.size === 0) worker.unref();
    else worker.ref();
  }

  return {
    isOver: () => over,
    end,
    do<T>(request: (id: number) => Request, host: TaskHost, signal: AbortSignal | undefined) {
      const id = ++ids;
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const work: Work = {
        host,
        aborted: false,
        settle: (outcome: Outcome<T>) => {
          if (outcome.ok) resolve(outcome.value);
          else reject(signal?.aborted ? signal.reason : errorFromData(outcome.error));
        },
        fail: reject,
      };
      works.set(id, work);
      hold();
      const stop = (): void => void abort(id, work, signal?.reason);
      signal?.addEventListener('abort', stop, { once: true });
      send(request(id));
      if (signal?.aborted) stop();
      return promise.finally(() => signal?.removeEventListener('abort', stop));
    },
  };
}
