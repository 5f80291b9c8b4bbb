/**
 * Runs all stacks of a project, as `up.test.ts` asks, and kills itself with SIGKILL when it reaches the
 * n-th occurrence of a crash point.
 */
import { compileOnMainThread } from '../../src/cli/compileOnMainThread.ts';
import { openRunner } from '../../src/sdk/openRunner.ts';
import { killAt } from './killAt.ts';

const [db = '', cwd = '', point = '', occurrence = '1', how = 'all'] = process.argv.slice(2);
compileOnMainThread();

const runner = await openRunner({ db, cwd, reach: killAt(point, occurrence) });
await runner.up({ ...(how === 'resume' ? { resume: true } : { all: true }), report: () => {} });
await runner.close();
