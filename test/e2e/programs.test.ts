import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runTask } from './runTask.ts';
import { createSandbox } from './sandbox.ts';

describe('what a program prints', () => {
  test('is handed over as a whole or not at all', async () => {
    const box = createSandbox();
    const run = await runTask(
      box,
      `assert(#exec.run("head -c 9000000 /dev/zero").stdout == 9000000)
       local ok, message = pcall(exec.run, "seq 1 100; echo started > started; sleep 30", { max_output = 100 })
       assert(not ok and tostring(message):find("more than 100 B to stdout"), tostring(message))
       ok, message = pcall(exec.run, "head -c 2000 /dev/zero >&2", { max_output = "1KB" })
       assert(not ok and tostring(message):find("more than 1.0 KB to stderr"), tostring(message))
       local none = exec.run("seq 1 100; exit 3", { max_output = 100, keep_output = false })
       assert(none.stdout == "" and none.exit_code == 3)
       assert(os.execute("head -c 17000000 /dev/zero"))
       exec.run("head -c 17000000 /dev/zero")`,
    );
    expect(run.status).toBe(1);
    expect(run.stdout).toContain('the program printed more than 16 MB to stdout');
    expect(run.stdout).toContain('w.sloth:10');
  });

  test('goes to files where it is wanted there, whatever its size', async () => {
    const box = createSandbox();
    const run = await runTask(
      box,
      `fs.mkdir("sub") fs.write("sub/out", "old and longer than what comes")
       local result = exec.run("seq 1 3; echo bad >&2", { workdir = "sub", stdout_file = "out", stderr_file = "err" })
       assert(result.success and result.stdout == "" and result.stderr == "" and result.output == "")
       exec.run("echo a; echo b >&2; echo c", { stdout_file = "both", stderr_file = "both" })
       exec.run("head -c 40000000 /dev/zero", { stdout_file = "large" })
       assert(exec.run("echo x", { stdout_file = "/dev/null" }).success)
       exec.run("mkfifo pipe")
       exec.run("echo x", { stdout_file = "pipe" })`,
    );
    expect(run.status).toBe(1);
    expect(run.stdout).toContain('exec.run failed');
    expect(run.stdout).toContain('w.sloth:9');
    const read = (name: string): string => readFileSync(join(box.folder, name), 'utf8');
    expect([read('out'), read('err')]).toEqual(['1\n2\n3\n', 'bad\n']);
    expect(read('both')).toBe('a\nb\nc\n');
    expect(statSync(join(box.folder, 'large')).size).toBe(40_000_000);
  });

  test('a task that printed more than is kept has no output to read, also after a resume', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local long = task("long"):command("seq 1 100000")
       local short = task("short"):command("echo short")
       local after = task("after"):depends_on({ "long", "short" }):command(function(this, params, deps)
         assert(deps.short.output == "short" and deps.long.message == "" and deps.long.exit_code == 0)
         return true, deps.long.output
       end)
       workflow.define("w"):tasks({ long, short, after })`,
    );
    const first = await box.sloth('run', '--file', 'w.sloth');
    const again = await box.sloth('run', '--file', 'w.sloth', '--resume');
    for (const { status, stdout } of [first, again]) {
      expect(status).toBe(1);
      expect(stdout).toContain("the output of task 'long' is not there as a whole");
      expect(stdout).toContain('w.sloth:5');
    }
    box.write(
      't.sloth.ts',
      `import { task, workflow } from 'sloth-runner';
       const long = task('long').command('seq 1 100000');
       workflow.define('t').tasks([long, task('after').dependsOn(long).command((self, params, deps) => {
         const { message, ...rest } = deps.long;
         return [true, deps.long.output];
       })]);`,
    );
    const typescript = await box.sloth('run', '--file', 't.sloth.ts');
    expect(typescript.stdout).toContain("the output of task 'long' is not there as a whole");
  });
});

describe('what a program is given', () => {
  test('values of any size reach shells by their names, and programs by files', async () => {
    const box = createSandbox({ TMPDIR: '' });
    box.env.TMPDIR = join(box.folder, 'tmp');
    mkdirSync(box.env.TMPDIR);
    const run = await runTask(
      box,
      `local big = ("x"):rep(300000) .. "'$\\n\\n"
       local many = {}
       for i = 1, 20 do many["M" .. i] = ("y"):rep(100000) end
       local shell = exec.run('printf %s "$BIG" | wc -c; stat -c %a "$BIG_FILE"; wc -c < "$BIG_FILE"', { env = { BIG = big } })
       assert(shell.stdout == "300004\\n600\\n300004\\n", shell.output)
       local program = exec.run({ "printenv", "BIG_FILE" }, { env = { BIG = big } })
       assert(program.success and not fs.exists(program.output))
       local all = exec.run('printf "%s" "$M1$M20" | wc -c', { env = many })
       assert(all.stdout == "200000\\n", all.output)
       local script = "# " .. big:gsub("\\n", "") .. "\\necho $0 $(( 6 * 7 ))"
       assert(exec.run(script).output == "/bin/sh 42")
       assert(exec.run({ "sh", "-c", script, "zero" }).output == "zero 42")
       exec.run({ "echo", big })`,
    );
    expect(run.status, run.stdout).toBe(1);
    expect(run.stdout).toContain('argument 1 is too large to be handed to a program');
    expect(run.stdout).toContain('w.sloth:14');
    expect(readdirSync(box.env.TMPDIR).filter((name) => name.startsWith('sloth'))).toEqual([]);
  });

  test('tasks and resources get them too', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local big = ("x"):rep(200000)
       local t = task("t"):env({ BIG = big }):command('printf %s "$BIG" > t.txt')
       local c = resource.command("c", {
         read = 'test -f c.txt && cat c.txt || true',
         apply = 'cat "\${WANTED_FILE}" > c.txt',
         attributes = { text = big },
       })
       workflow.define("w"):tasks({ t }):resources({ c })`,
    );
    const run = await box.sloth('run', '--file', 'w.sloth');
    expect(run.status, run.stdout + run.stderr).toBe(0);
    expect(statSync(join(box.folder, 't.txt')).size).toBe(200_000);
    const text = readFileSync(join(box.folder, 'c.txt'), 'utf8');
    expect(JSON.parse(text)).toEqual({ text: 'x'.repeat(200_000) });
  });

  test.each([
    ['task("t"):workdir("nowhere"):command("true")', "/nowhere of task 't' does not exist"],
    ['task("t"):workdir("w.sloth"):command("true")', "/w.sloth of task 't' is no directory"],
    [
      'task("t"):command(function() exec.run("true", { workdir = "gone" }) end)',
      '/gone does not exist',
    ],
  ])('a working directory that is not there: %s', async (task, said) => {
    const box = createSandbox();
    box.write('w.sloth', `workflow.define("w"):tasks({ ${task} })`);
    const run = await box.sloth('run', '--file', 'w.sloth');
    expect(run.status).toBe(1);
    expect(run.stdout).toContain(`the working directory ${box.folder}${said}`);
    expect(run.stdout).not.toContain('ENOENT');
  });
});

describe('files of tasks', () => {
  test('a link is kept and what it leads to is written, with its mode', async () => {
    const box = createSandbox();
    const run = await runTask(
      box,
      `exec.run("mkdir -p real other; ln -s ../real other/folder; ln -s real/a link; ln -s other/folder/../new later; ln -s link second")
       exec.run("printf old > real/a; chmod 640 real/a; ln -s loop loop")
       fs.write("second", "new")
       fs.write("later", "made")
       fs.write("mode", "x", { mode = 384 }) fs.write("mode", "y")
       fs.write(("n"):rep(255), "long")
       local ok, message = pcall(fs.write, "loop", "x")
       assert(not ok and tostring(message):find("more than 40 links"), tostring(message))
       ok, message = pcall(fs.write, "no/such", "x")
       assert(not ok and tostring(message):find("there is no folder"), tostring(message))`,
    );
    expect(run.status, run.stdout).toBe(0);
    const at = (name: string): string => join(box.folder, name);
    expect([lstatSync(at('link')), lstatSync(at('second'))].map((s) => s.isSymbolicLink())).toEqual(
      [true, true],
    );
    expect(readFileSync(at('real/a'), 'utf8')).toBe('new');
    expect(statSync(at('real/a')).mode & 0o777).toBe(0o640);
    expect(statSync(at('mode')).mode & 0o777).toBe(0o600);
    // As the system resolves it: beside what the link in the middle leads to.
    expect(readFileSync(at('new'), 'utf8')).toBe('made');
    expect(readdirSync(box.folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('nothing waits for a pipe or a device', async () => {
    const box = createSandbox();
    const run = await runTask(
      box,
      `exec.run("mkfifo pipe")
       for _, call in ipairs({ fs.read, fs.write, fs.append }) do
         local ok, message = pcall(call, "pipe", "x")
         assert(not ok, "the pipe was taken")
       end
       local copied = pcall(fs.copy, "w.sloth", "pipe")
       assert(not copied, "the pipe was taken")
       for _, path in ipairs({ "/dev/zero", "." }) do
         local ok, message = pcall(fs.read, path)
         assert(not ok and tostring(message):find("not a file"), tostring(message))
       end
       fs.write("/dev/null", "x") fs.append("/dev/null", "x")
       assert(fs.stat("/dev/null").type == "other" and fs.stat("pipe").type == "other")`,
    );
    expect(run.status, run.stdout).toBe(0);
  });

  test.runIf(process.getuid?.() === 0)('the owner of a file stays', async () => {
    const box = createSandbox();
    const run = await runTask(
      box,
      `fs.write("theirs", "old") exec.run("chown 4321:4400 theirs; chmod 4750 theirs") fs.write("theirs", "new")`,
    );
    expect(run.status, run.stdout).toBe(0);
    const { uid, gid, mode } = statSync(join(box.folder, 'theirs'));
    expect([uid, gid, mode & 0o7777]).toEqual([4321, 4400, 0o4750]);
  });
});

describe('another user', () => {
  const mayUnshare =
    process.getuid?.() === 0 &&
    spawnSync('unshare', ['-m', 'setpriv', '--version'], { stdio: 'ignore' }).status === 0;

  test('one that is not there is one clear error', async () => {
    const box = createSandbox();
    for (const user of ['nobody-of-this-name', 'root:no-such-group', '-u', 'a:b:c', '']) {
      box.write(
        'w.sloth',
        `workflow.define("w"):tasks({ task("t"):user("${user}"):command("touch ran") })`,
      );
      const run = await box.sloth('run', '--file', 'w.sloth');
      expect(run.status).toBe(1);
      expect(run.stdout).toMatch(/there is no (user|group) '.*' on this machine/);
    }
    expect(existsSync(join(box.folder, 'ran'))).toBe(false);
  });

  test.runIf(mayUnshare)(
    'has its groups, its home and its names, and ends with its time',
    async () => {
      const box = createSandbox({ TMPDIR: '/tmp' });
      const say = 'echo $(id -u) $(id -g) $(id -G) $HOME $USER $LOGNAME $SHELL $MORE';
      const tasks = {
        named: ['deploy', say],
        number: [4321, say],
        grouped: ['deploy:ops', say],
        nobody: ['7777', say],
        large: ['deploy', `printf %s "$BIG" | wc -c; ${say}`],
        failing: ['deploy', 'exit 5'],
        late: ['deploy', 'sleep 30 & sleep 30'],
      };
      const lines = Object.entries(tasks).map(
        ([name, [user, command]]) =>
          `task("${name}"):user(${JSON.stringify(user)}):command([[${command}]])` +
          `:env({ MORE = "more"${name === 'large' ? ', BIG = ("x"):rep(200000)' : ''} })` +
          (name === 'late' ? ':timeout("300ms")' : ''),
      );
      box.write('w.sloth', `workflow.define("w"):tasks({ ${lines.join(',\n')} })`);
      box.write(
        'passwd',
        `${readFileSync('/etc/passwd', 'utf8')}deploy:x:4321:4321::/home/d:/bin/sh\n`,
      );
      box.write(
        'group',
        `${readFileSync('/etc/group', 'utf8')}deploy:x:4321:\nops:x:4400:deploy\n`,
      );
      const { stdout } = await box.shell(
        `unshare -m sh -c 'mount --bind passwd /etc/passwd; mount --bind group /etc/group
         sloth-runner run --file w.sloth --verbose
         : > empty; mount --bind empty "$(command -v setpriv)"
         sloth-runner run --file w.sloth --stack without > without.txt'; true`,
      );
      const without = readFileSync(join(box.folder, 'without.txt'), 'utf8');
      expect(without).toMatch(
        /named failed in \S+: nothing can be run as 'deploy' with the groups/,
      );
      expect(without).toMatch(/nobody completed/);
      expect(stdout).toContain('named | 4321 4321 4321 4400 /home/d deploy deploy /bin/sh more\n');
      expect(stdout).toContain('number | 4321 4321 4321 4400 /home/d deploy deploy /bin/sh more\n');
      expect(stdout).toContain(
        'grouped | 4321 4400 4400 4321 /home/d deploy deploy /bin/sh more\n',
      );
      expect(stdout).toContain('nobody | 7777 7777 7777 / 7777 7777 /bin/sh more\n');
      expect(stdout).toContain('large | 200000\n');
      expect(stdout).toMatch(/failing failed in \S+: exit status 5/);
      expect(stdout).toMatch(/late failed in \S+: timed out after 300ms/);
    },
  );
});
