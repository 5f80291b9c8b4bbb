import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { processStart } from '../../src/sdk/process/processStart.ts';
import { createSandbox, type Sandbox } from '../e2e/sandbox.ts';
import { seededRandom } from '../random.ts';
import { endSteps, killWarden, turns, wardenOf } from './steps.ts';

/** How many runs are killed; more where somebody asks for them. */
const KILLS = Number(process.env.KILLS ?? 40);
/** No run of this workflow takes longer on a machine that does nothing else, in milliseconds. */
const LONGEST = 1200;

/** Each writes its process into a file at every step: two that work at the same time are seen. */
const STEPS = 'for i in 1 2 3 4 5; do echo $$ >> steps; sleep 0.02; done';
const WORKFLOW = `
local shell = task("shell"):command("${STEPS}")
local code = task("code"):depends_on({ shell }):command(function() exec.run("${STEPS}; rm -f made") end)
local object = resource.command("c", {
  read = [[test -e made && echo '{"made":"yes"}' || echo '{"made":"no"}']],
  apply = [[${STEPS}; touch made]],
  attributes = { made = "yes" },
  depends_on = { code },
})
workflow.define("w"):tasks({ shell, code }):resources({ object })`;
const RUN = ['run', '-f', 'w.sloth', '-s', 's', '--on-drift', 'overwrite'];

/** Whom a signal ends: the run, its group, or the run after the process that watches over it. */
const VICTIMS = ['run', 'group', 'warden and run'] as const;

test(
  `${KILLS} runs killed at random moments: no task beside itself, no lock that sticks`,
  async () => {
    const box = createSandbox();
    box.write('w.sloth', WORKFLOW);
    onTestFinished(() => endSteps(box));
    const random = seededRandom();
    const statuses: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const victim = VICTIMS[kill % VICTIMS.length] ?? 'run';
      statuses.push(await killedRun(box, victim, random() * LONGEST));
    }
    // Not one run was refused by what an earlier one had left.
    expect(statuses.filter((status) => status !== KILLED && status !== 0)).toEqual([]);
    const last = await box.sloth(...RUN);
    expect([last.stderr, last.status]).toEqual([expect.anything(), 0]);
    const workers = turns(box);
    expect(workers).toEqual([...new Set(workers)]);
    for (const pid of workers) expect(processStart(pid)).toBeUndefined();
    expect((await box.sloth('stack', 'lock', 'status', 's')).stdout).toContain('UNLOCKED');
    expect((await box.sloth('stack', 'log', 's', '--verify')).status).toBe(0);
    expect(readdirSync(join(box.folder, 'state/sloth-runner/running'))).toEqual([]);
  },
  120_000 + KILLS * 5000,
);

const KILLED = -1;

/** Starts a run in a session of its own and kills it at a moment; gives its status, `KILLED` for none. */
async function killedRun(
  box: Sandbox,
  victim: (typeof VICTIMS)[number],
  moment: number,
): Promise<number> {
  const run = spawn('sloth-runner', RUN, {
    cwd: box.folder,
    env: box.env,
    detached: true,
    stdio: 'ignore',
  });
  const { pid } = run;
  if (pid === undefined) throw new Error('it was not started');
  const ended = new Promise<number>((resolve) => {
    run.once('exit', (status) => resolve(status ?? KILLED));
  });
  await Promise.race([delay(moment), ended]);
  if (run.exitCode === null) {
    if (victim === 'warden and run' && wardenOf(pid) !== undefined) killWarden(pid);
    process.kill(victim === 'group' ? -pid : pid, 'SIGKILL');
  }
  return ended;
}
