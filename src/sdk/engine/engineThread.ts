/** What a thread of the engine runs: the code of one workflow file at a time. */
import { readlinkSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { EngineThreadData } from '../../dsl/thread/EngineThread.ts';
import { errorAsData } from '../../dsl/thread/errorAsData.ts';
import { serveEngine } from '../../dsl/thread/serveEngine.ts';
import { createTypeScriptLoader } from '../../dsl/typescript/createTypeScriptLoader.ts';
import { toUncaughtError } from '../../dsl/typescript/toUncaughtError.ts';
import { importerOptions } from './importerOptions.ts';

const port = parentPort;
if (port === null) throw new Error('this module is what a thread runs');
port.postMessage({ type: 'started', thread: nativeThread() });
const { busy } = workerData as EngineThreadData;
process.on('uncaughtException', (thrown) => {
  port.postMessage({ type: 'uncaught', error: errorAsData(toUncaughtError(thrown)) });
});
serveEngine(port, createTypeScriptLoader(importerOptions()), busy);

/** The kernel's number of this thread; 0 where it doesn't tell. */
function nativeThread(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    // Only Linux has it; then a child that this thread waits for is not ended with it.
    return 0;
  }
}
