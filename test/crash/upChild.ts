/**
 * Runs all stacks of a project, as `up.test.ts` asks, and kills itself with SIGKILL when it reaches the
 * n-th occurrence of a crash point.
 */
import type { CrashPoint } from '../../src/backend/crashPoint.ts';
import { openRunner } from '../../src/sdk/openRunner.ts';

const [db = '', cwd = '', point = '', occurrence = '1', how = 'all'] = process.argv.slice(2);
let left = Number(occurrence);

const runner = await openRunner({
  db,
  cwd,
  reach(reached: CrashPoint) {
    if (reached !== point || --left > 0) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal is on its way; nothing may happen before it arrives.
    for (;;);
  },
});
await runner.up({ ...(how === 'resume' ? { resume: true } : { all: true }), report: () => {} });
await runner.close();
