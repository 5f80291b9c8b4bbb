import { SlothError } from '../../errors/SlothError.ts';
import { parseExactJson } from '../../model/exactJson.ts';
import type { TaskHost } from '../../model/host.ts';
import type { JsonValue } from '../../model/json.ts';
import { type AskedCall, askedCalls, type ToldCall } from './hostCalls.ts';
import type { HostFacts } from './messages.ts';

/** How a host in another thread is reached. */
export interface HostLine {
  readonly ask: (name: AskedCall, args: readonly unknown[]) => Promise<unknown>;
  readonly tell: (name: ToldCall, args: readonly unknown[]) => void;
}

/**
 * A host as the engine's thread sees it: what it asks for is done in the main thread, in the order in
 * which it asks; what is plain data is here already.
 */
export function createRemoteHost(facts: HostFacts, line: HostLine): TaskHost {
  const calls = askedCalls.map((name) => [name, (...args: unknown[]) => line.ask(name, args)]);
  return {
    ...(Object.fromEntries(calls) as Pick<TaskHost, AskedCall>),
    log: (level, message) => line.tell('log', [level, message]),
    print: (text) => line.tell('print', [text]),
    secret: (value) => line.tell('secret', [value]),
    stackName() {
      if (facts.stack === null) throw new SlothError('host.not_in_task', { name: 'stack.name' });
      return facts.stack;
    },
    jsonDecode,
    env: facts.env,
    workdir: facts.workdir,
    values: facts.values,
    params: facts.params,
  };
}

function jsonDecode(text: string): JsonValue {
  try {
    return parseExactJson(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlothError('host.call_failed', { name: 'json.decode', reason }, { cause });
  }
}
