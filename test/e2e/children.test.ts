import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox } from './sandbox.ts';

describe('what the children of a run get', () => {
  test('no secret of ours, in either language, and no text of it is kept or shown', async () => {
    const box = createSandbox({ SLOTH_RUNNER_PASSPHRASE: 'topsecret-phrase' });
    box.write(
      'w.sloth',
      `local shell = task("shell"):command("env; echo the phrase is topsecret-phrase")
       local code = task("code"):command(function()
         assert(os.getenv("SLOTH_RUNNER_PASSPHRASE") == nil)
         assert(not exec.run("env").stdout:find("topsecret", 1, true))
         state.set("k", "topsecret-phrase")
       end)
       local seen = resource.command("seen", {
         read = 'test ! -f seen.txt || echo "{}"',
         apply = "env > seen.txt",
         attributes = {},
       })
       workflow.define("w"):tasks({ shell, code }):resources({ seen })`,
    );
    box.write(
      't.sloth.ts',
      `import { env, task, workflow } from 'sloth-runner';
       import { execFileSync } from 'node:child_process';
       workflow.define('t').tasks([task('t').command(() => {
         if (env.SLOTH_RUNNER_PASSPHRASE !== undefined) throw new Error('in env');
         if (process.env.SLOTH_RUNNER_PASSPHRASE !== undefined) throw new Error('in process.env');
         if (execFileSync('env').includes('topsecret')) throw new Error('in a child');
       })]);`,
    );
    const lua = await box.sloth('run', '--file', 'w.sloth', '--verbose');
    const typescript = await box.sloth('run', '--file', 't.sloth.ts', '--verbose');
    expect([lua.status, typescript.status], lua.stdout + typescript.stdout).toEqual([0, 0]);
    expect(lua.stdout).toContain('the phrase is <sensitive>');
    const kept = [lua.stdout, lua.stderr, readFileSync(join(box.folder, 'seen.txt'), 'utf8')];
    for (const text of kept) expect(text).not.toContain('topsecret');
    const { stdout } = await box.shell(
      'cat state/sloth-runner/stacks.db* | grep -ac topsecret || true',
    );
    expect(stdout.trim()).toBe('0');
    const shown = await box.sloth('stack', 'state', 'get', 'w', 'k', '--show-sensitive');
    expect(shown.stdout).toContain('topsecret-phrase');
  });

  test("nothing of git's of a hook that started the run; settings for git outside of one", async () => {
    const command = 'env | grep "^GIT_" | sort > got.txt; true';
    const workflow = `workflow.define("w"):tasks({ task("t"):command('${command}') })`;
    const settings = {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'user.name',
      GIT_CONFIG_VALUE_0: 'ana',
      GIT_AUTHOR_NAME: 'ana',
    };
    const variables = await createSandbox().shell('git rev-parse --local-env-vars');
    const local = variables.stdout.trim().split('\n');
    const hook = Object.fromEntries(local.map((name) => [name, '1']));
    const got = async (env: Record<string, string>): Promise<string[]> => {
      const box = createSandbox(env);
      box.write('w.sloth', workflow);
      expect((await box.sloth('run', '--file', 'w.sloth')).status).toBe(0);
      const text = readFileSync(join(box.folder, 'got.txt'), 'utf8').trim();
      return text.split('\n').map((line) => line.split('=')[0] ?? '');
    };
    expect(local).toContain('GIT_DIR');
    expect(await got({ ...settings, ...hook })).toEqual(['GIT_AUTHOR_NAME']);
    expect(await got(settings)).toEqual(Object.keys(settings).sort());
  });

  test('up --affected looks at its own repository, also when a hook of another one starts it', async () => {
    const box = createSandbox();
    box.write('mine/a.sloth', 'workflow.define("a"):tasks({ task("t"):command("true") })');
    box.write('mine/sloth.yaml', 'stacks:\n  a: { file: a.sloth }\n');
    const git = 'git -c user.name=a -c user.email=a@example.com';
    const ended = await box.shell(
      `git init -q other; (cd mine; git init -q; git add .; ${git} commit -qm x; echo >> a.sloth)
       cd mine; GIT_DIR=$PWD/../other/.git GIT_INDEX_FILE=/nowhere sloth-runner up --affected --dry-run`,
    );
    expect(ended.status, ended.stderr).toBe(2);
    expect(ended.stdout).toContain('a.sloth changed');
  });
});

describe('a program that outlives its run', () => {
  test('is no part of it: it has neither its lock nor our passphrase', async () => {
    const box = createSandbox({ SLOTH_RUNNER_PASSPHRASE: 'topsecret-phrase' });
    box.write(
      'w.sloth',
      `workflow.define("w"):resources({ resource.process("p", {
         command = 'sh -c "env > part.txt; mv part.txt env.txt; exec sleep 60"', pidfile = "p.pid",
       }) })`,
    );
    const run = await box.sloth('run', '--file', 'w.sloth', '--stack', 's');
    const seen = await box.shell('while ! test -e env.txt; do sleep 0.02; done; cat env.txt');
    const gone = await box.sloth('destroy', '--stack', 's', '--yes');
    expect([run.status, gone.status], run.stdout + gone.stderr).toEqual([0, 0]);
    expect(seen.stdout).toContain('SLOTH_RUNNER_STACK=s\n');
    expect(seen.stdout).not.toMatch(/SLOTH_RUNNER_(EXECUTION|LOCK_ID|PASSPHRASE)/);
  });
});

describe('a task and its own stack', () => {
  const own = `sloth-runner stack state set s k inside && sloth-runner stack snapshot create s &&
    sloth-runner stack output s`;

  test('it works with it by itself, under the lock of the run', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local t = task("t"):command([[${own} && env | grep ^SLOTH_RUNNER_ > got.txt]])
       local after = task("after"):depends_on({ "t" }):command(function()
         assert(state.get("k") == "inside")
         assert(os.getenv("SLOTH_RUNNER_STACK") == "s" and os.getenv("SLOTH_RUNNER_EXECUTION") == "e1")
         local other = exec.run("sloth-runner stack new other && sloth-runner stack lock acquire other --json")
         assert(other.success, other.output)
         assert(not other.stdout:find(os.getenv("SLOTH_RUNNER_LOCK_ID"), 1, true))
       end)
       workflow.define("w"):tasks({ t, after })`,
    );
    const run = await box.shell(
      'unset SLOTH_RUNNER_DB; sloth-runner run --file w.sloth --stack s --db here.db',
    );
    expect(run.status, run.stdout + run.stderr).toBe(0);
    const got = readFileSync(join(box.folder, 'got.txt'), 'utf8');
    expect(got).toContain('SLOTH_RUNNER_STACK=s\n');
    expect(got).toContain('SLOTH_RUNNER_EXECUTION=e1\n');
    expect(got).toContain(`SLOTH_RUNNER_DB=${join(box.folder, 'here.db')}\n`);
    expect(got).toMatch(/SLOTH_RUNNER_LOCK_ID=\S{8,}/);
  });

  test('a run without a lock hands on none, also not the one it was started with', async () => {
    const box = createSandbox({ SLOTH_RUNNER_LOCK_ID: 'of-something-else' });
    box.write(
      'w.sloth',
      `local t = task("t"):command("sloth-runner stack state set s k v; echo [$SLOTH_RUNNER_LOCK_ID]")
       workflow.define("w"):tasks({ t }):config({ require_lock = false })`,
    );
    const run = await box.sloth('run', '--file', 'w.sloth', '--stack', 's', '--verbose');
    expect(run.status, run.stdout).toBe(0);
    expect(run.stdout).toContain('[]');
  });

  test.each([
    ['run --file n.sloth --stack s', 'would wait for itself'],
    ['run --file n.sloth --stack s --resume', 'would wait for itself'],
    ['stack delete s --yes', 'neither renamed nor deleted'],
    ['stack lock acquire s', 'done under it already'],
    ['stack lock release s', 'done under it already'],
    ['stack lock force-release s', 'done under it already'],
  ])('%s is told that it is inside of the execution', async (command, why) => {
    const box = createSandbox();
    box.write('n.sloth', 'workflow.define("w"):tasks({ task("t"):command("true") })');
    box.write(
      'w.sloth',
      `local t = task("t"):command([[sloth-runner ${command} 2> told.txt; echo status $? >> told.txt]])
       workflow.define("w"):tasks({ t }):config({ timeout = "30s" })`,
    );
    const run = await box.sloth('run', '--file', 'w.sloth', '--stack', 's');
    const told = readFileSync(join(box.folder, 'told.txt'), 'utf8');
    expect(told).toContain("is task is part of execution e1 of stack 's'");
    expect(told).toContain(why);
    expect(told).not.toContain('force-release');
    expect(told).toContain('status 1');
    expect(run.status, run.stdout).toBe(0);
  });

  test('what a run left running is no part of it any more', async () => {
    const box = createSandbox();
    box.write('n.sloth', 'workflow.define("w"):tasks({ task("t"):command("true") })');
    const inside = { SLOTH_RUNNER_STACK: 's', SLOTH_RUNNER_EXECUTION: 'e1' };
    expect((await box.sloth('run', '--file', 'n.sloth', '--stack', 's')).status).toBe(0);
    Object.assign(box.env, inside);
    expect((await box.sloth('run', '--file', 'n.sloth', '--stack', 's')).status).toBe(0);
  });
});
