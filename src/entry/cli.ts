/** Entry of `dist/cli.cjs`, which `bin/sloth-runner.cjs` runs. */
import { compileOnMainThread } from '../cli/compileOnMainThread.ts';
import { startFrequent } from '../cli/startFrequent.ts';
import type * as Whole from './main.ts';

// Resolved at run time, beside this file: the bundler must not pull the whole program in here.
const whole = './main.cjs';

void startFrequent(process.argv.slice(2), async (argv, lost) => {
  compileOnMainThread();
  process.getBuiltinModule('node:module').enableCompileCache?.();
  const { start, startLost } = require(whole) as typeof Whole;
  if (lost === undefined) await start(argv);
  else startLost(lost, argv);
});
