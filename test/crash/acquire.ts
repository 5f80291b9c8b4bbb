/**
 * Takes the lock of the stack `s` in the database named first, by hand, and kills itself with
 * SIGKILL at the crash point named second. Says so when the lock was acknowledged.
 */
import { writeSync } from 'node:fs';
import { compileOnMainThread } from '../../src/cli/compileOnMainThread.ts';
import { openRunner } from '../../src/sdk/openRunner.ts';

const [db = '', point = ''] = process.argv.slice(2);
compileOnMainThread();

const runner = await openRunner({
  db,
  reach(reached) {
    if (reached !== point) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal is on its way; nothing may happen before it arrives.
    for (;;);
  },
});
await runner.client.locks.acquire({ stack: 's', locked_by: 'child' });
writeSync(1, 'acquired\n');
await runner.close();
