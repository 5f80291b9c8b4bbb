/** What a thread of patterns runs: one request at a time, in an engine of its own. */
import { parentPort } from 'node:worker_threads';
import { hasCode } from '../../../errors/SlothError.ts';
import type { JsonValue } from '../../../model/json.ts';
import { createLuaMachine } from '../createLuaMachine.ts';
import { failurePrelude } from '../prelude/failures.ts';
import { patternProgram } from './patternProgram.ts';
import type { PatternAnswer, PatternRequest } from './runPattern.ts';

const port = parentPort;
if (port === null) throw new Error('this module is what a thread runs');
const machine = await createLuaMachine();
machine.runPrelude('failures', failurePrelude);
machine.runPrelude('patterns', patternProgram);

async function answer({ args }: PatternRequest): Promise<PatternAnswer> {
  const { api, marshal } = machine;
  const push = (L: number): number => {
    api.lua_getglobal(L, '__pattern');
    for (const each of args) marshal.push(L, each);
    return args.length;
  };
  try {
    const value = await machine.run<JsonValue | undefined>(
      push,
      (L) => marshal.read(L, -1, 'the matches'),
      { async: {}, sync: {} },
      {},
    );
    return { ok: true, value: value ?? [] };
  } catch (thrown) {
    // Of the pattern: what Lua says of it, as it says it.
    if (hasCode(thrown, 'task.code_failed')) {
      return { ok: false, reason: thrown.details.reason.replace(/^patterns:\d+: /, '') };
    }
    throw thrown;
  }
}

port.on('message', (request: PatternRequest) => {
  void answer(request).then((message) => port.postMessage(message));
});
