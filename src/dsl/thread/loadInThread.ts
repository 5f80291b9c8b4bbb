import { SlothError } from '../../errors/SlothError.ts';
import type { LoadWorkflow, TaskHost, WorkflowProgram } from '../../model/host.ts';
import { type EngineThread, startEngineThread } from './EngineThread.ts';
import type { HostFacts, LoadedFile } from './messages.ts';

/**
 * Makes a loader that runs the code of each file in a thread of its own; `url` is the module that such a
 * thread runs.
 *
 * A function that is given up (its time is up, the run stops) is ended, with its thread where it has to
 * be: the next call then loads the file again, and what the code kept in its variables is what its top
 * level says.
 */
export function createThreadLoader(url: URL): LoadWorkflow {
  return async (file, host, options = {}): Promise<WorkflowProgram> => {
    let thread = startEngineThread(url);
    const { workflows } = await loadIn(thread, file, host, options.signal).catch(
      async (error: unknown) => {
        await thread.end();
        throw options.signal?.aborted ? new SlothError('workflow.load_stopped', { file }) : error;
      },
    );
    let again: Promise<unknown> | undefined;

    /** The thread with the file in it; another one where the last had to be ended. */
    async function ready(): Promise<EngineThread> {
      if (thread.isOver()) {
        thread = startEngineThread(url);
        again = loadIn(thread, file, silent(host), undefined);
      }
      await again;
      return thread;
    }

    return {
      file,
      workflows,
      async call(handle, args, taskHost, { signal } = {}) {
        const { env, workdir } = taskHost;
        const facts = { stack: taskHost.stackName(), env, workdir };
        const there = await ready();
        return there.do(
          (id) => ({ type: 'call', id, handle, args, host: facts }),
          taskHost,
          signal,
        );
      },
      async close() {
        await thread.end();
      },
    };
  };
}

function loadIn(
  thread: EngineThread,
  file: string,
  host: TaskHost,
  signal: AbortSignal | undefined,
): Promise<LoadedFile> {
  const { env, workdir, values, params } = host;
  const facts: HostFacts = { stack: null, env, workdir, values, params };
  return thread.do((id) => ({ type: 'load', id, file, host: facts }), host, signal);
}

/** What was said at the first load isn't said again. */
function silent(host: TaskHost): TaskHost {
  return { ...host, log: () => {}, print: () => {} };
}
