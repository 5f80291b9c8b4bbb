/**
 * Works on the snapshots of the stack `s`, or on a backup, as `snapshots.test.ts` asks, and kills itself with SIGKILL
 * when it reaches the n-th occurrence of a crash point. Writes a line when all is done.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { compileOnMainThread } from '../../src/cli/compileOnMainThread.ts';
import { openRunner } from '../../src/sdk/openRunner.ts';
import { killAt } from './killAt.ts';

const [db = '', cwd = '', action = '', point = '', occurrence = '1'] = process.argv.slice(2);
compileOnMainThread();

const runner = await openRunner({ db, cwd, reach: killAt(point, occurrence) });
switch (action) {
  case 'create':
    await runner.client.snapshots.create({ stack: 's', description: 'by the child' });
    break;
  case 'restore':
    await runner.client.snapshots.restore({ stack: 's', version: 'good', apply: true });
    break;
  case 'backup':
    await runner.client.backups.restore({ backup: join(cwd, 'old.backup') });
    break;
  case 'compact':
    await runner.stacks.compactLog('s', { keepFor: 0 });
    break;
  default:
    await runner.client.snapshots.delete({ stack: 's', version: 'going' });
}
await runner.close();
writeSync(1, 'done\n');
