/**
 * Rotates the keys of a store as `rotate.test.ts` asks, and kills itself with SIGKILL when it reaches the
 * n-th occurrence of a crash point. The passphrase of now and the next one stand in the environment.
 */
import { openRunner } from '../../src/sdk/openRunner.ts';
import { killAt } from './killAt.ts';

const [db = '', cwd = '', point = '', occurrence = '1'] = process.argv.slice(2);
const { NEXT_PASSPHRASE: passphrase } = process.env;

const runner = await openRunner({ db, cwd, reach: killAt(point, occurrence) });
await runner.secrets.rotate(passphrase === undefined ? {} : { passphrase });
await runner.close();
