import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { found } from './declare.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

/** Runs Lua inside a task; gives what the task logged, line by line. */
async function inTask(box: Sandbox, code: string): Promise<string[]> {
  box.write(
    'w.sloth',
    `workflow.define("w"):tasks({ task("t"):command(function()\n${code}\nreturn true end) })`,
  );
  const { stdout, stderr, status } = await box.sloth('run', '--file', 'w.sloth', '--stack', 's');
  if (status !== 0) return [stdout + stderr];
  return stdout.split('\n').flatMap((line) => /⟩ (.*)$/.exec(line)?.[1] ?? []);
}

const tell = (call: string): string => `log.info("⟩ " .. tostring(${call}))`;

describe('file_ops', () => {
  test('each is idempotent, tells whether it changed something, and registers what it manages', async () => {
    const box = createSandbox();
    box.write('source.conf', 'from a source');
    box.write('app.tmpl', 'port = {{port}}\n');
    box.write('lines.conf', '# mine\nport = 1\nverbose = yes\n');
    box.write('tree/bin/tool', 'tool');
    execFileSync('tar', ['-czf', 'tree.tgz', '-C', 'tree', '.'], { cwd: box.folder });
    const code = [
      'file_ops.copy("source.conf", "copy.conf").changed',
      'file_ops.copy({ content = "x", dest = "made.conf", mode = "0600" }).action',
      'file_ops.template({ src = "app.tmpl", dest = "app.conf", vars = { port = 80 } }).changed',
      'file_ops.lineinfile({ path = "lines.conf", line = "port = 2", regexp = "^port" }).changed',
      'file_ops.blockinfile("lines.conf", "a\\nb", "block").changed',
      'file_ops.replace("lines.conf", "verbose = yes", "verbose = no").changed',
      'file_ops.unarchive("tree.tgz", "unpacked").changed',
      'file_ops.stat("copy.conf").size',
      'file_ops.stat({ path = "nothing" }).exists',
    ];
    const script = code.map(tell).join('\n');
    expect(await inTask(box, script)).toEqual([
      'true',
      'created',
      'true',
      'true',
      'true',
      'true',
      'true',
      '13',
      'false',
    ]);
    const text = '# mine\nport = 2\nverbose = no\n# BEGIN block\na\nb\n# END block\n';
    expect(readFileSync(join(box.folder, 'lines.conf'), 'utf8')).toBe(text);
    expect(readFileSync(join(box.folder, 'unpacked/bin/tool'), 'utf8')).toBe('tool');
    expect((await inTask(box, script)).slice(0, 7)).toEqual([
      'false',
      'unchanged',
      'false',
      'false',
      'false',
      'false',
      'false',
    ]);
    box.write('copy.conf', 'edited');
    expect(await found(box)).toMatchObject({
      'file.copy.conf': 'modified',
      'file.made.conf': 'in_sync',
      'template.app.conf': 'in_sync',
      'line.lines.conf: ^port': 'in_sync',
      'archive.unpacked': 'in_sync',
    });
    const absent = [
      tell('file_ops.copy({ dest = "copy.conf", src = "source.conf", state = "absent" }).action'),
      tell('file_ops.copy({ dest = "copy.conf", src = "source.conf", state = "absent" }).action'),
    ];
    expect(await inTask(box, absent.join('\n'))).toEqual(['deleted', 'unchanged']);
    expect(existsSync(join(box.folder, 'copy.conf'))).toBe(false);
    expect(await found(box)).not.toHaveProperty(['file.copy.conf']);
  });

  test('a failure is an error at its line, and the task fails', async () => {
    const box = createSandbox();
    const [output] = await inTask(box, 'local a = 1\nfile_ops.copy("missing", "copy.conf")');
    expect(output).toMatch(/missing/);
    expect(output).toMatch(/w\.sloth:3/);
    expect(existsSync(join(box.folder, 'copy.conf'))).toBe(false);
  });
});

test('pkg installs, removes and tells what is there (a program that stands in for brew)', async () => {
  const box = createSandbox();
  box.write(
    'bin/brew',
    `#!/bin/sh
     mkdir -p $HOME/db
     case "$1" in
       install) printf 1.5 > "$HOME/db/$2" ;;
       uninstall) rm "$HOME/db/$2" ;;
       list) [ -f "$HOME/db/$3" ] && echo "$3 $(cat "$HOME/db/$3")" || exit 1 ;;
     esac`,
    0o755,
  );
  const brew = (more: string): string => `{ manager = "brew", ${more} }`;
  const code = [
    `pkg.is_installed(${brew('name = "jq"')})`,
    `pkg.install(${brew('packages = { "jq", "yq" }')}).changed`,
    `pkg.install(${brew('name = "jq"')}).changed`,
    `pkg.version(${brew('name = "jq"')})`,
    `pkg.remove(${brew('name = "yq"')}).changed`,
    `pkg.is_installed(${brew('name = "yq"')})`,
  ];
  expect(await inTask(box, code.map(tell).join('\n'))).toEqual([
    'false',
    'true',
    'false',
    '1.5',
    'true',
    'false',
  ]);
  expect(await found(box)).toEqual({ 'package.jq': 'in_sync' });
});

test('systemd works the SysV scripts of a machine without it', async () => {
  const box = createSandbox();
  box.write(
    'root/etc/init.d/web',
    `#!/bin/sh
     case "$1" in
       start) echo up > $HOME/web ;;
       stop) rm $HOME/web ;;
       restart) echo again > $HOME/web ;;
       status) [ -f $HOME/web ] ;;
     esac`,
    0o755,
  );
  const web = '{ name = "web", root = os.getenv("HOME") .. "/root" }';
  const code = [
    `systemd.is_active(${web})`,
    `systemd.start(${web}).changed`,
    `systemd.start(${web}).changed`,
    `systemd.status(${web})`,
    `systemd.enable(${web}).changed`,
    `systemd.restart(${web}).action`,
    `systemd.stop(${web}).changed`,
    `systemd.disable(${web}).changed`,
    `systemd.is_active(${web})`,
  ];
  expect(await inTask(box, code.map(tell).join('\n'))).toEqual([
    'false',
    'true',
    'false',
    'running',
    'true',
    'restarted',
    'true',
    'true',
    'false',
  ]);
  expect(await found(box)).toEqual({ 'service.web': 'in_sync' });
});

test.skipIf(process.getuid?.() !== 0)(
  'user works on a system under another root (needs to be root)',
  async () => {
    const box = createSandbox();
    box.write('root/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n');
    box.write('root/etc/group', 'root:x:0:\nusers:x:100:\n');
    box.write('root/etc/shadow', 'root:*:19000:0:99999:7:::\n', 0o600);
    box.write('root/etc/gshadow', 'root:*::\n', 0o600);
    const root = 'root = os.getenv("HOME") .. "/root"';
    const alice = `{ name = "alice", uid = 1500, group = "users", shell = "/bin/sh", ${root} }`;
    const code = [
      `user.create(${alice}).changed`,
      `user.create(${alice}).changed`,
      `user.exists({ name = "alice", ${root} })`,
      `user.remove({ name = "alice", ${root} }).changed`,
      `user.exists({ name = "alice", ${root} })`,
    ];
    expect(await inTask(box, code.map(tell).join('\n'))).toEqual([
      'true',
      'false',
      'true',
      'true',
      'false',
    ]);
  },
);

test('git clones, checks out and pulls', async () => {
  const box = createSandbox();
  const git = (...args: readonly string[]): void => {
    const who = [
      '-c',
      'user.name=T',
      '-c',
      'user.email=t@localhost',
      '-C',
      join(box.folder, 'origin'),
    ];
    execFileSync('git', [...who, ...args], {
      stdio: 'pipe',
      env: { ...box.env, GIT_CONFIG_NOSYSTEM: '1' },
    });
  };
  box.write('origin/version', '1');
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '-m', 'one');
  git('tag', 'v1');
  box.write('origin/version', '2');
  git('commit', '--quiet', '-am', 'two');
  const code = [
    'git.clone("origin", "checkout").changed',
    'git.clone({ url = "origin", path = "checkout" }).changed',
    'git.checkout("checkout", "v1").changed',
    'fs.read("checkout/version")',
    'git.pull("checkout").changed',
    'fs.read("checkout/version")',
  ];
  expect(await inTask(box, code.map(tell).join('\n'))).toEqual([
    'true',
    'false',
    'true',
    '1',
    'true',
    '2',
  ]);
  expect(await found(box)).toEqual({ 'git.checkout': 'in_sync' });
});
