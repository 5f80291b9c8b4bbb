/**
 * A run that dies: opens the database named first, runs the workflow named second against the stack
 * `s`, and kills itself with SIGKILL when it reaches the n-th occurrence of a crash point. Writes a
 * line for every task whose end was acknowledged, before anything else can happen.
 */
import { writeSync } from 'node:fs';
import { compileOnMainThread } from '../../src/cli/compileOnMainThread.ts';
import { openRunner } from '../../src/sdk/openRunner.ts';
import { killAt } from './killAt.ts';

const [db = '', file = '', point = '', occurrence = '1'] = process.argv.slice(2);
compileOnMainThread();

const runner = await openRunner({ db, reach: killAt(point, occurrence) });
const heads = await runner.client.stacks.list();
const status = heads.find((head) => head.name === 's')?.last_status;
// Killed after the very last write: the run is done, and running again would be another run.
if (status === 'success' && process.env.AGAIN === undefined) process.exit(0);
const outcome = await runner.run({
  file,
  stack: 's',
  resume: status === 'interrupted' || status === 'failed',
  report(message) {
    if (message.type === 'task.ended' && message.status === 'completed') {
      writeSync(1, `${message.task}\n`);
    }
  },
});
await runner.close();
writeSync(1, `ended ${outcome.status}\n`);
