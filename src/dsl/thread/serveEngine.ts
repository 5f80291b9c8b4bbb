import type { MessagePort } from 'node:worker_threads';
import type { LoadWorkflow, TaskHost, WorkflowProgram } from '../../model/host.ts';
import { createRemoteHost } from './createRemoteHost.ts';
import { errorAsData, errorFromData } from './errorAsData.ts';
import type { HostFacts, Outcome, Reply, Request } from './messages.ts';

/**
 * Serves one workflow file to the thread at the other end of a port: loads it, calls its functions,
 * and asks the other thread for all that they want of the machine.
 *
 * `busy` holds the number of the piece of work whose code began last; the other thread reads it when this
 * one does not answer any more.
 */
export function serveEngine(port: MessagePort, load: LoadWorkflow, busy: Int32Array): void {
  const stops = new Map<number, AbortController>();
  const waiting = new Map<number, (outcome: Outcome<unknown>) => void>();
  let program: WorkflowProgram | null = null;
  let loaded: HostFacts | null = null;
  let calls = 0;

  const reply = (message: Reply): void => port.postMessage(message);

  function hostFor(id: number, facts: HostFacts): TaskHost {
    return createRemoteHost(facts, {
      ask: (name, args) => {
        const call = ++calls;
        reply({ type: 'host', id, call, name, args });
        return new Promise((resolve, reject) => {
          waiting.set(call, (outcome) => {
            Atomics.store(busy, 0, id);
            if (outcome.ok) resolve(outcome.value);
            else reject(errorFromData(outcome.error));
          });
        });
      },
      tell: (name, args) => reply({ type: 'host', id, call: null, name, args }),
    });
  }

  async function begin(request: Request & { type: 'load' }): Promise<void> {
    const { id, file, host } = request;
    loaded = host;
    const outcome = await outcomeOf(async () => {
      program = await load(file, hostFor(id, host));
      return { workflows: program.workflows };
    });
    reply({ type: 'loaded', id, outcome });
  }

  async function perform(request: Request & { type: 'call' }): Promise<void> {
    const { id, handle, args, host } = request;
    const stop = new AbortController();
    stops.set(id, stop);
    const outcome = await outcomeOf(async () => {
      if (program === null || loaded === null) throw new Error('a call before the load');
      return program.call(handle, args, hostFor(id, { ...loaded, ...host }), {
        signal: stop.signal,
      });
    });
    stops.delete(id);
    reply({ type: 'returned', id, outcome });
  }

  port.on('message', (request: Request) => {
    switch (request.type) {
      case 'load':
        Atomics.store(busy, 0, request.id);
        void begin(request);
        break;
      case 'call':
        Atomics.store(busy, 0, request.id);
        void perform(request);
        break;
      case 'abort':
        stops.get(request.id)?.abort();
        break;
      case 'answer':
        waiting.get(request.call)?.(request.outcome);
        waiting.delete(request.call);
        break;
      case 'ping':
        reply({ type: 'pong' });
        break;
    }
  });
}

async function outcomeOf<T>(action: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await action() };
  } catch (thrown) {
    return { ok: false, error: errorAsData(thrown) };
  }
}
