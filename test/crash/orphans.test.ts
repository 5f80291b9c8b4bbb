import { spawn } from 'node:child_process';
import { existsSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { processStart } from '../../src/sdk/process/processStart.ts';
import { createSandbox, type Sandbox } from '../e2e/sandbox.ts';
import { faketime, withClock } from '../faketime.ts';
import { endSteps, killWarden, steps, turns } from './steps.ts';

/** Writes its process into a file at each step: two that work at the same time are seen. */
const STEPS = 'for i in $(seq 1 200); do echo $$ >> steps; [ -e stop ] && break; sleep 0.05; done';

interface Victim {
  readonly box: Sandbox;
  /** The run's process, which leads a group. */
  readonly pid: number;
  readonly ended: Promise<number>;
}

const RUN = ['run', '-f', 'w.sloth', '-s', 's'];

/** A run in a session of its own, whose only task is at work. */
async function atWork(script = `command("${STEPS}")`): Promise<Victim> {
  const box = createSandbox();
  box.write('w.sloth', `workflow.define("w"):tasks({ task("t"):${script} })`);
  return begin(box, RUN);
}

/** A command in a session of its own, as soon as what it started is at work. */
async function begin(box: Sandbox, args: readonly string[]): Promise<Victim> {
  const run = spawn('sloth-runner', args, {
    cwd: box.folder,
    env: box.env,
    detached: true,
    stdio: 'ignore',
  });
  const ended = new Promise<number>((resolve) => {
    run.once('exit', (status, signal) => resolve(signal === null ? (status ?? -1) : -1));
  });
  const { pid = 0 } = run;
  onTestFinished(() => endSteps(box, [pid]));
  while (steps(box).length < 2) {
    if (run.exitCode !== null)
      throw new Error(`it ended with ${run.exitCode} before its work began`);
    await delay(10);
  }
  return { box, pid, ended };
}

/** Goes on with the execution; no step of an earlier process may come after the first of a later one. */
async function expectOneAtATime(box: Sandbox, ...flags: string[]): Promise<string> {
  box.write('stop', '');
  const before = steps(box).length;
  const resumed = await box.sloth('run', '-f', 'w.sloth', '-s', 's', ...flags);
  expect([resumed.stdout, resumed.status]).toEqual([expect.anything(), 0]);
  await delay(200);
  const all = steps(box);
  const workers = turns(box);
  expect(workers).toEqual([...new Set(workers)]);
  expect(all.length).toBeGreaterThan(before);
  for (const pid of workers) expect(processStart(pid)).toBeUndefined();
  expect((await box.sloth('stack', 'log', 's', '--verify')).status).toBe(0);
  return resumed.stderr;
}

describe('what a killed run has started', () => {
  test('ends with it, when the run alone is killed', async () => {
    const { box, pid, ended } = await atWork();
    process.kill(pid, 'SIGKILL');
    await ended;
    const [worker = 0] = steps(box);
    while (processStart(worker) !== undefined) await delay(20);
    expect(await expectOneAtATime(box, '--resume')).toContain('left behind by execution e1');
  });

  test('ends with it, when its whole group is killed', async () => {
    const { box, pid, ended } = await atWork();
    process.kill(-pid, 'SIGKILL');
    await ended;
    expect(await expectOneAtATime(box, '--resume')).toContain('left behind by execution e1');
  });

  test('is ended by the next run, when its warden is killed as well', async () => {
    const { box, pid, ended } = await atWork();
    killWarden(pid);
    process.kill(pid, 'SIGKILL');
    await ended;
    const [worker = 0] = steps(box);
    await delay(300);
    expect(processStart(worker)).toBeDefined();
    expect(await expectOneAtATime(box, '--resume')).toContain('left behind by execution e1');
  });

  test('goes on, when the warden alone is killed', async () => {
    const { box, pid, ended } = await atWork();
    killWarden(pid);
    await delay(200);
    box.write('stop', '');
    expect(await ended).toBe(0);
  });

  test('is left alone, when a task that ended left it on purpose', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local a = task("a"):command("sleep 30 > /dev/null 2>&1 & echo $! > server")
       local b = task("b"):depends_on({ a }):command("touch at-work; sleep 30")
       workflow.define("w"):tasks({ a, b })`,
    );
    const run = box.start('run', '-f', 'w.sloth', '-s', 's');
    while (!existsSync(join(box.folder, 'at-work'))) await delay(20);
    run.child.kill('SIGKILL');
    await run.ended;
    await delay(500);
    const server = Number(readFileSync(join(box.folder, 'server'), 'utf8'));
    expect(server).toBeGreaterThan(1);
    expect(processStart(server)).toBeDefined();
    process.kill(server, 'SIGKILL');
  });
});

describe('a program that changes an object', () => {
  /** The first apply writes what is wanted; a later one works at it until somebody says stop. */
  const workflow = `workflow.define("w"):resources({ resource.command("c", {
    read = [[test -e made && echo '{"made":"yes"}' || echo '{"made":"no"}']],
    apply = [[if [ -e slow ]; then ${STEPS}; fi; touch made]],
    attributes = { made = "yes" },
  }) })`;
  const changes: [string, readonly string[]][] = [
    ['a run', [...RUN, '--on-drift', 'overwrite']],
    ['a fix of drift', ['stack', 'drift', 'fix', 's', '--auto-approve']],
  ];

  /** What brings a drifted object back, at work in the program that does so. */
  async function changing(args: readonly string[]): Promise<Victim> {
    const box = createSandbox();
    box.write('w.sloth', workflow);
    expect((await box.sloth(...RUN)).status).toBe(0);
    unlinkSync(join(box.folder, 'made'));
    box.write('slow', '');
    return begin(box, args);
  }

  test.each(changes)('ends with %s, when that alone is killed', async (_, args) => {
    const { box, pid, ended } = await changing(args);
    process.kill(pid, 'SIGKILL');
    await ended;
    const [worker = 0] = steps(box);
    while (processStart(worker) !== undefined) await delay(20);
    await expectOneAtATime(box, '--on-drift', 'overwrite');
  });

  test.each(changes)(
    'of %s is ended by whoever works on the stack next, without a warden',
    async (_, args) => {
      const { box, pid, ended } = await changing(args);
      killWarden(pid);
      process.kill(pid, 'SIGKILL');
      await ended;
      const [worker = 0] = steps(box);
      await delay(300);
      expect(processStart(worker)).toBeDefined();
      const fixed = await box.sloth('destroy', '--stack', 's', '--yes');
      expect(processStart(worker)).toBeUndefined();
      expect(fixed.stderr).toContain('left behind by execution');
    },
  );

  test('goes on, where it was left running on purpose', async () => {
    const box = createSandbox();
    const apply = 'sleep 30 > /dev/null 2>&1 & echo $! > server; touch made';
    box.write('w.sloth', workflow.replace(/apply = \[\[.*\]\]/, `apply = [[${apply}]]`));
    expect((await box.sloth(...RUN)).status).toBe(0);
    const server = Number(readFileSync(join(box.folder, 'server'), 'utf8'));
    expect(server).toBeGreaterThan(1);
    expect(processStart(server)).toBeDefined();
    process.kill(server, 'SIGKILL');
  });
});

describe('a holder that lives', () => {
  test('is refused nothing and loses nothing while others look, and take no for an answer', async () => {
    const { box, pid, ended } = await atWork();
    const second = await box.sloth('run', '-f', 'w.sloth', '-s', 's');
    expect(second.status).toBe(3);
    process.kill(pid, 'SIGSTOP');
    expect((await box.sloth('run', '-f', 'w.sloth', '-s', 's')).status).toBe(3);
    process.kill(pid, 'SIGCONT');
    box.write('stop', '');
    expect(await ended).toBe(0);
  });

  test('stops when its lock is broken, before the next one begins', async () => {
    const { box, ended } = await atWork(
      `command(function() for i = 1, 400 do exec.run("echo $$ >> steps; echo first >> turns; sleep 0.02") end end)`,
    );
    await box.sloth('stack', 'lock', 'force-release', 's', '--reason', 'broken');
    box.write(
      'w.sloth',
      `workflow.define("w"):tasks({ task("t"):command("echo second >> turns; sleep 1") })`,
    );
    expect((await box.sloth('run', '-f', 'w.sloth', '-s', 's')).status).toBe(0);
    const worked = readFileSync(join(box.folder, 'turns'), 'utf8');
    expect(worked).toMatch(/^(first\n)+second\n$/);
    expect(await ended).toBe(3);
    const history = await box.sloth('stack', 'history', 's', '--json');
    expect(JSON.parse(history.stdout)).toMatchObject({
      executions: [{ status: 'success' }, { status: 'fenced' }],
    });
  });

  test.skipIf(faketime === undefined)(
    'keeps its lock, whatever the clock of others says (skipped without faketime)',
    async () => {
      const { box, ended } = await atWork();
      const ahead = withClock('+3h');
      const status = await box.shell(`${ahead} sloth-runner stack lock status s`);
      expect(status.stdout).toContain('LOCKED (expired, its holder still lives)');
      expect((await box.shell(`${ahead} sloth-runner run -f w.sloth -s s`)).status).toBe(3);
      box.write('stop', '');
      expect(await ended).toBe(0);
    },
  );

  test.skipIf(faketime === undefined)(
    'that was suspended beyond its lease is ended before another begins (skipped without faketime)',
    async () => {
      const { box, pid } = await atWork();
      const [worker = 0] = steps(box);
      process.kill(pid, 'SIGSTOP');
      box.write('stop', '');
      const ahead = withClock('+2m');
      const taken = await box.shell(`${ahead} sloth-runner run -f w.sloth -s s`);
      expect([taken.stdout, taken.status]).toEqual([expect.anything(), 0]);
      expect(taken.stderr).toContain('was fenced');
      expect([processStart(pid), processStart(worker)]).toEqual([undefined, undefined]);
    },
  );
});
