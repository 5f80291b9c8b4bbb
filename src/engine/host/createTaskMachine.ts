import { resolve } from 'node:path';
import type { ExecOptions, ExecResult, TaskHost } from '../../model/host.ts';
import type { TaskDefinition } from '../../model/workflow.ts';
import { createCapture } from '../machine/createCapture.ts';
import { createFileHost } from '../machine/createFileHost.ts';
import { createWireHost } from '../machine/createWireHost.ts';
import { endProcessGroup } from '../machine/processGroup.ts';
import { runProcess, withPaths } from '../machine/runProcess.ts';
import type { RunSession } from '../session/RunSession.ts';
import { createResourceHost } from './createResourceHost.ts';
import { createStateHost } from './createStateHost.ts';
import type { TaskMachine } from './TaskMachine.ts';

/** Most characters kept of what a task prints. */
const PRINTED_LIMIT = 256 * 1024;

/**
 * Gives a task its machine: files below its working directory, processes in groups that end with
 * it, its stack, and one redacted record of all that it prints.
 */
export function createTaskMachine(session: RunSession, task: TaskDefinition): TaskMachine {
  const { redactor, report } = session;
  const workdir = resolve(session.workdir, task.workdir ?? '.');
  const env = { ...session.env, ...task.env };
  const own = ` of task '${task.name}'`;
  const groups = new Set<number>();
  const printed = createCapture(PRINTED_LIMIT);
  let attempt = 0;

  function release(leader: number): void {
    groups.delete(leader);
    session.groups.release(leader);
  }

  /** Takes a line that is masked already. */
  function tell(stream: 'stdout' | 'stderr', line: string): void {
    printed.add(`${line}\n`);
    report({ type: 'task.output', task: task.name, stream, line });
  }

  async function exec(
    command: string | readonly string[],
    options: ExecOptions = {},
  ): Promise<ExecResult> {
    const startedIn = attempt;
    let leader = 0;
    const result = await runProcess({
      command,
      user: task.user,
      workdir: resolve(workdir, options.workdir ?? '.'),
      workdirOf: options.workdir === undefined ? own : '',
      env: session.env,
      ownEnv: { ...task.env, ...options.env },
      options: withPaths(workdir, options),
      sink: (stream) => redactor.lines((line) => tell(stream, line)),
      assertWanted: () => {
        session.stop.signal.throwIfAborted();
        // The scenario that must not happen: the attempt's time is up while its program is looked up,
        // all of its groups are ended, and then one more is started.
        if (startedIn !== attempt) throw new Error('the attempt is over');
      },
      record: session.groups.descriptor(),
      onGroup: (group) => {
        leader = group;
        groups.add(group);
      },
    });
    // A group that has no member left may be gone from here on; its number may be reused.
    if (leader !== 0 && isEmpty(leader)) release(leader);
    return result;
  }

  const host: TaskHost = {
    ...createStateHost(session),
    ...createResourceHost(session, workdir),
    ...createFileHost(workdir),
    ...createWireHost(session.stop.signal, env),
    exec,
    log(level, message) {
      const text = redactor.text(message);
      printed.add(`${level}: ${text}\n`);
      report({ type: 'task.log', task: task.name, level, message: text });
    },
    print(text) {
      const masked = redactor.text(text.replace(/\n$/, ''));
      for (const line of masked.split('\n')) tell('stdout', line);
    },
    secret: (value) => redactor.add(value),
    env,
    workdir,
    values: session.values,
    params: session.params,
  };

  return {
    host,
    endProcesses: async () => {
      attempt++;
      await Promise.all([...groups].map((leader) => endProcessGroup(leader)));
      for (const leader of groups) release(leader);
    },
    releaseProcesses() {
      for (const leader of groups) release(leader);
    },
    printed: () => printed.text(),
    isPrintedCut: () => printed.isCut(),
  };
}

function isEmpty(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
