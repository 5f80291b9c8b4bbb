import { resolve } from 'node:path';
import { SlothError } from '../../errors/SlothError.ts';
import type { LogLevel, TaskHost } from '../../model/host.ts';
import type { JsonValue } from '../../model/json.ts';
import { createFileHost } from '../machine/createFileHost.ts';
import { createWireHost } from '../machine/createWireHost.ts';
import { runProcess, withPaths } from '../machine/runProcess.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { Report } from '../session/RunMessage.ts';

/** What the top level of a workflow file may use. */
export interface LoadHostOptions {
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly params: Readonly<Record<string, string>>;
  /** An output of another stack; a mark of its place where it is not known yet. */
  readonly outputOf: (stack: string, key: string) => Promise<JsonValue>;
  readonly redactor: Redactor;
  readonly report: Report;
}

/**
 * The host of a file's top level: the machine, but no stack. A declaration that reads or writes the
 * state would do so at every validation and dry run.
 */
export function createLoadHost(options: LoadHostOptions): TaskHost {
  const { workdir, env, redactor, report } = options;
  const refuse = (name: string) => async (): Promise<never> => {
    throw new SlothError('host.not_in_task', { name });
  };
  const tell = (stream: 'stdout' | 'stderr', text: string): void =>
    report({ type: 'task.output', task: '', stream, line: redactor.text(text) });
  return {
    stateGet: refuse('state.get'),
    stateSet: refuse('state.set'),
    stateDelete: refuse('state.delete'),
    stateGetAll: refuse('state.get_all'),
    stateIncrement: refuse('state.increment'),
    stateCompareSwap: refuse('state.compare_swap'),
    ensure: refuse('resource'),
    ensureAbsent: refuse('resource'),
    inspect: refuse('resource'),
    stackSetOutput: refuse('stack.set_output'),
    stackGetOutput: refuse('stack.get_output'),
    stackOutput: options.outputOf,
    stackName: () => {
      throw new SlothError('host.not_in_task', { name: 'stack.name' });
    },
    ...createFileHost(workdir),
    ...createWireHost(new AbortController().signal, env),
    exec: (command, given = {}) =>
      runProcess({
        command,
        user: null,
        workdir: resolve(workdir, given.workdir ?? '.'),
        workdirOf: '',
        env,
        ownEnv: { ...given.env },
        options: withPaths(workdir, given),
        assertWanted: () => {},
        sink: (stream) => redactor.lines((line) => tell(stream, line)),
        record: null,
        onGroup: () => {},
      }),
    log: (level: LogLevel, message: string) =>
      report({ type: 'task.log', task: '', level, message: redactor.text(message) }),
    print: (text) => {
      for (const line of text.replace(/\n$/, '').split('\n')) tell('stdout', line);
    },
    secret: (value) => redactor.add(value),
    env,
    workdir,
    values: options.values,
    params: options.params,
  };
}
