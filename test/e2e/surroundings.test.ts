import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox } from './sandbox.ts';

const workflow = 'workflow.define("w"):tasks({ task("t"):command("echo x > ran") })';

describe.runIf(existsSync('/dev/full'))('a full disk under standard output', () => {
  test('a run goes on to its end, says so, and its status is that of the run', async () => {
    const box = createSandbox();
    box.write('w.sloth', workflow);
    box.write('f.sloth', workflow.replace('echo x > ran', 'exit 3'));
    for (const flag of ['--verbose', '--quiet', '--json']) {
      const run = await box.shell(`rm -f ran; sloth-runner run -f w.sloth ${flag} > /dev/full`);
      expect(run.status, run.stderr).toBe(0);
      expect(run.stderr).toContain('tandard output can');
      expect(run.stderr).toContain('ENOSPC');
      expect(existsSync(join(box.folder, 'ran'))).toBe(true);
    }
    const failed = await box.shell('sloth-runner run -f f.sloth > /dev/full');
    expect(failed.status).toBe(1);
    const history = await box.sloth('stack', 'history', 'w', '--json');
    const { executions } = JSON.parse(history.stdout) as { executions: { status: string }[] };
    expect(executions.map(({ status }) => status)).toEqual([
      'failed',
      'success',
      'success',
      'success',
    ]);
  });

  test.each([
    'stack list',
    'stack output w',
    'stack list --json',
    '--version',
    'stack show w',
    '--help',
  ])('%s gives one clear error', async (command) => {
    const box = createSandbox();
    box.write('w.sloth', workflow);
    await box.sloth('run', '--file', 'w.sloth');
    const ended = await box.shell(`sloth-runner ${command} > /dev/full`);
    expect(ended.status).toBe(1);
    if (command.endsWith('--json')) {
      const { error } = JSON.parse(ended.stderr) as { error: { code: string } };
      expect(error.code).toBe('output.lost');
    } else {
      expect(ended.stderr.match(/^✗/gm)).toHaveLength(1);
      expect(ended.stderr).toContain("Standard output can't be written");
      expect(ended.stderr).not.toContain('node:');
    }
  });

  test('a reader that has gone is no error', async () => {
    const box = createSandbox();
    box.write('w.sloth', workflow);
    const run = await box.shell(
      'sloth-runner run -f w.sloth | true; sloth-runner stack list | true',
    );
    expect(run.stderr).toBe('');
  });
});

/** As a number that no account has. */
const nobody = 'setpriv --reuid=54321 --regid=0 --clear-groups';

describe.runIf(process.getuid?.() === 0 && existsSync('/usr/bin/setpriv'))(
  'a user without an account',
  () => {
    test.each(['HOME=$PWD', 'HOME=', 'HOME=/root', '-u HOME'])(
      'works with %s, and is known by its number',
      async (home) => {
        const box = createSandbox();
        box.write('w.sloth', workflow);
        chmodSync(box.folder, 0o777);
        mkdirSync(join(box.folder, 'db'));
        chmodSync(join(box.folder, 'db'), 0o777);
        chmodSync(join(box.folder, 'bin'), 0o755);
        const ended = await box.shell(
          `export SLOTH_RUNNER_DB=$PWD/db/stacks.db
           run() { env -u XDG_STATE_HOME -u XDG_CONFIG_HOME -u XDG_CACHE_HOME ${home} ${nobody} sloth-runner "$@"; }
           run run -f w.sloth && run stack state set w k v && run stack list
           run stack lock acquire w --json || true; run events list --stack w --json`,
        );
        expect(ended.status, ended.stderr).toBe(0);
        expect(ended.stdout).toContain('54321@');
        expect(ended.stderr + ended.stdout).not.toContain('made a mistake');
        if (home !== 'HOME=$PWD') expect(ended.stderr).toContain('remembered in');
      },
    );
  },
);

test('nothing is compiled in a thread that could wait for one that is leaving', async () => {
  const box = createSandbox();
  const cli = join(import.meta.dirname, '../../bin/sloth-runner.cjs');
  const traced = `"${process.execPath}" --trace-baseline --baseline-batch-compilation-threshold=64`;
  const { stdout } = await box.shell(`${traced} "${cli}" stack deps graph s || true`);
  const lines = stdout.split('\n');
  const begun = lines.findLastIndex((line) => line.startsWith('[Concurrent Sparkplug]'));
  const compiled = lines.filter((line) => line.startsWith('[completed compiling'));
  // What came before the program's first line is not ours.
  expect(compiled.length).toBeGreaterThan(50);
  expect(begun).toBeLessThan(lines.indexOf(compiled[0] ?? ''));
});
