import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox } from './sandbox.ts';

describe('the command line', () => {
  test('help lists the commands and the exit statuses; each command has its own', async () => {
    const box = createSandbox();
    const help = await box.sloth('--help');
    expect(help.status).toBe(0);
    for (const text of ['stack lock acquire', '3   locked by somebody else', '64  wrong usage']) {
      expect(help.stdout).toContain(text);
    }
    expect((await box.sloth()).stdout).toBe(help.stdout);
    const acquire = await box.sloth('stack', 'lock', 'acquire', '--help');
    expect(acquire.stdout).toContain('--wait TIME');
    expect((await box.sloth('help', 'stack', 'lock', 'acquire')).stdout).toBe(acquire.stdout);
    expect((await box.sloth('stack', 'lock')).stdout).toContain('stack lock force-release');
    const { version } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
    ) as { version: string };
    expect((await box.sloth('--version')).stdout).toBe(`sloth-runner ${version}\n`);
  });

  const mistakes: readonly (readonly [readonly string[], readonly string[]])[] = [
    [
      ['stak', 'list'],
      ["no command 'stak'", "'stack'"],
    ],
    [
      ['stack', 'lst'],
      ["no command 'stack lst'", "'stack list'"],
    ],
    [
      ['stack', 'list', '--fromat', 'json'],
      ['--fromat', 'did you mean --format'],
    ],
    [
      ['stack', 'list', '--format', 'xml'],
      ["'xml'", 'table, json, yaml'],
    ],
    [
      ['stack', 'list', '--status', 'odd'],
      ["'odd'", 'completed'],
    ],
    [['stack', 'show'], ['STACK is missing']],
    [['stack', 'show', 'a', 'b'], ["'b' is one argument too many"]],
    [['stack', 'list', '--db'], ['--db needs a value']],
    [['run', '--stack', 's'], ['--file is missing']],
    [['run', '--file', 'w.sloth', '--max-parallel', '0'], ['--max-parallel']],
    [['stack', 'lock', 'acquire', 's', '--wait', 'long'], ["'long' is no duration"]],
    [
      ['events', 'list', '--severity', 'loud'],
      ["'loud'", 'warning'],
    ],
    [['stack', 'history', 's', '--limit', 'x'], ['--limit']],
    [['completion', 'tcsh'], ['bash, zsh, fish']],
  ];
  for (const [command, says] of mistakes) {
    test(`${command.join(' ')}: wrong usage, exit 64`, async () => {
      const box = createSandbox();
      const { status, stdout, stderr } = await box.sloth(...command);
      expect([status, stdout]).toEqual([64, '']);
      for (const part of says) expect(stderr.toLowerCase()).toContain(part.toLowerCase());
      expect(existsSync(box.db)).toBe(false);
    });
  }

  test('a stack needs a sound name', async () => {
    const box = createSandbox();
    for (const name of ['../x', 'a b', '-x']) {
      const { status, stderr } = await box.sloth('stack', 'new', '--', name);
      expect([status, stderr]).toEqual([64, expect.stringContaining("can't be the name")]);
    }
    const { status, stderr } = await box.sloth('stack', 'new', '');
    expect([status, stderr]).toEqual([64, expect.stringContaining("STACK '' is empty")]);
  });

  test('what is not there is exit 4, with the nearest', async () => {
    const box = createSandbox();
    await box.sloth('stack', 'new', 'production');
    for (const command of [
      ['stack', 'show', 'prodction'],
      ['stack', 'lock', 'status', 'prodction'],
      ['stack', 'output', 'prodction'],
      ['stack', 'validate', 'prodction'],
      ['stack', 'drift', 'detect', 'prodction'],
    ]) {
      const { status, stderr } = await box.sloth(...command);
      expect([command, status, stderr]).toEqual([
        command,
        4,
        expect.stringContaining('Did you mean production?'),
      ]);
    }
    await box.sloth('stack', 'state', 'set', 'production', 'colour', 'red');
    const key = await box.sloth('stack', 'state', 'get', 'production', 'color');
    expect([key.status, key.stderr]).toEqual([4, expect.stringContaining('colour')]);
    const snapshot = await box.sloth('stack', 'snapshot', 'show', 'production', 'v9');
    expect(snapshot.status).toBe(4);
  });

  test('errors are JSON where JSON is asked for', async () => {
    const box = createSandbox();
    const { status, stdout, stderr } = await box.sloth('stack', 'show', 'nothing', '--json');
    expect([status, stdout]).toEqual([4, '']);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'stack.not_found', exit: 4, http: 404, what: "there is no stack 'nothing'" },
    });
  });

  test('what asks refuses without a terminal, and names the flag', async () => {
    const box = createSandbox();
    await box.sloth('stack', 'new', 's');
    const asked = await box.sloth('stack', 'delete', 's');
    expect([asked.status, asked.stderr]).toEqual([64, expect.stringContaining('--yes')]);
    expect((await box.sloth('stack', 'show', 's')).status).toBe(0);
    expect((await box.sloth('stack', 'delete', 's', '--yes')).status).toBe(0);
    expect((await box.sloth('stack', 'show', 's')).status).toBe(4);
  });

  test('stacks are created, renamed, listed and deleted', async () => {
    const box = createSandbox();
    await box.sloth('stack', 'new', 'old', '--description', 'for tests');
    expect((await box.sloth('stack', 'new', 'old')).status).toBe(1);
    expect((await box.sloth('stack', 'rename', 'old', 'new')).status).toBe(0);
    const list = await box.sloth('stack', 'list');
    expect(list.stdout).toMatch(
      /^Workflow Stacks\n\nNAME +STATUS +LAST RUN +DURATION +EXECUTIONS\n---- +------ +-------- +-------- +----------\nnew +created +\d{4}-.* +0s +0\n\nTotal: 1 stack\n$/,
    );
    const yaml = await box.sloth('stack', 'list', '--format', 'yaml');
    expect(yaml.stdout).toContain('- name: new\n');
    expect((await box.sloth('stack', 'list', '--status', 'failed', '--json')).stdout).toBe('[]\n');
  });

  test('a stack that others depend on is not deleted', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      'workflow.define("w"):depends_on("base"):tasks({ task("t"):command("true") })',
    );
    box.write('base.sloth', 'workflow.define("base"):tasks({ task("t"):command("true") })');
    await box.sloth('run', '--file', 'base.sloth', '--stack', 'base');
    expect((await box.sloth('run', '--file', 'w.sloth', '--stack', 'app')).status).toBe(0);
    const refused = await box.sloth('stack', 'delete', 'base', '--yes');
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('app')]);
    await box.sloth('stack', 'delete', 'app', '--yes');
    expect((await box.sloth('stack', 'delete', 'base', '--yes')).status).toBe(0);
  });

  test('state and snapshots by hand', async () => {
    const box = createSandbox();
    await box.sloth('stack', 'new', 's');
    await box.sloth('stack', 'state', 'set', 's', 'n', '41');
    await box.sloth('stack', 'state', 'set', 's', 'text', 'forty-one');
    expect((await box.sloth('stack', 'state', 'list', 's')).stdout).toBe(
      'n    = 41\ntext = forty-one\n',
    );
    const created = await box.sloth(
      'stack',
      'snapshot',
      'create',
      's',
      '--description',
      'Before v2.0 upgrade',
      '--creator',
      'admin',
      '--tags',
      'production,upgrade',
    );
    expect(created.stdout).toMatch(
      /^✓ Snapshot created for stack 's'\n\nSnapshot Details:\n {2}Version: {6}v1\n {2}Creator: {6}admin\n {2}Description: {2}Before v2.0 upgrade\n {2}Tags: {9}production, upgrade\n {2}Created: {6}.*\n$/,
    );
    expect((await box.sloth('stack', 'state', 'delete', 's', 'n')).status).toBe(0);
    expect((await box.sloth('stack', 'state', 'get', 's', 'n')).status).toBe(4);
    const list = await box.sloth('stack', 'snapshot', 'list', 's');
    expect(list.stdout).toContain('v1       admin    Before v2.0 upgrade');
    expect((await box.sloth('stack', 'snapshot', 'show', 's', 'v1')).status).toBe(0);
  });

  test('events are filtered by type, severity and time, and followed', async () => {
    const box = createSandbox();
    await box.sloth('stack', 'lock', 'acquire', 's');
    await box.sloth('stack', 'lock', 'release', 's');
    const types = async (...flags: string[]): Promise<string[]> => {
      const { stdout } = await box.sloth('events', 'list', '--json', ...flags);
      return (JSON.parse(stdout) as { events: { type: string }[] }).events.map(
        (event) => event.type,
      );
    };
    expect(await types()).toEqual(['stack.created', 'lock.acquired', 'lock.released']);
    expect(await types('--type', 'lock.*')).toEqual(['lock.acquired', 'lock.released']);
    expect(await types('--severity', 'error')).toEqual([]);
    expect(await types('--since', '1h')).toHaveLength(3);
    expect(await types('--since', '2099-01-01')).toEqual([]);
    const follow = box.start('events', 'list', 's', '--follow', '--json');
    await follow.printed('lock.released');
    await box.sloth('stack', 'state', 'set', 's', 'k', '1');
    await follow.printed('stack.updated');
    follow.child.kill('SIGINT');
    expect((await follow.ended).status).toBe(0);
    const shown = await box.sloth('events', 'show', 's', '2');
    expect(shown.stdout).toContain('lock.acquired');
  });

  test('colours only where they are wanted', async () => {
    const ESCAPE = '\u001b[';
    const plain = await createSandbox().sloth('stack', 'new', 's');
    expect(plain.stdout).not.toContain(ESCAPE);
    const forced = await createSandbox({ FORCE_COLOR: '1' }).sloth('stack', 'new', 's');
    expect(forced.stdout).toContain(ESCAPE);
    const not = await createSandbox({ FORCE_COLOR: '1', NO_COLOR: '1' }).sloth('stack', 'new', 's');
    expect(not.stdout).not.toContain(ESCAPE);
  });

  test('--quiet says nothing but what was asked for', async () => {
    const box = createSandbox();
    expect((await box.sloth('stack', 'new', 's', '--quiet')).stdout).toBe('');
    expect((await box.sloth('stack', 'list', '-q')).stdout).toContain('Total: 1 stack');
  });
});

describe('where things are', () => {
  test('config path says which database and why', async () => {
    const box = createSandbox();
    const chosen = async (...flags: string[]): Promise<unknown> =>
      JSON.parse((await box.sloth('config', 'path', '--json', ...flags)).stdout);
    const under = (path: string): string => join(box.folder, path);
    expect(await chosen('--db', 'x.db')).toMatchObject({
      database: under('x.db'),
      reason: 'given with --db',
    });
    expect(await chosen()).toMatchObject({ database: box.db, reason: /SLOTH_RUNNER_DB/ });
    delete box.env.SLOTH_RUNNER_DB;
    // A system folder below a file can't be created, by nobody.
    box.write('file', '');
    box.env.SLOTH_RUNNER_ETC = under('file/etc');
    expect(await chosen()).toMatchObject({ database: under('state/sloth-runner/stacks.db') });
    box.env.SLOTH_RUNNER_ETC = under('etc');
    expect(await chosen()).toMatchObject({ database: under('etc/stacks.db') });
    box.write('config/sloth-runner/config.yaml', `stacks:\n  database_path: ${under('c.db')}\n`);
    expect(await chosen()).toMatchObject({
      database: under('c.db'),
      configuration_files: [under('config/sloth-runner/config.yaml')],
    });
    expect(existsSync(under('etc'))).toBe(false);
  });

  test("the user's file is stronger than the system's, the environment than both", async () => {
    const box = createSandbox();
    box.env.SLOTH_RUNNER_ETC = join(box.folder, 'etc');
    box.write(
      'etc/config.yaml',
      'stacks:\n  auto_lock: false\n  lock_timeout: 2h\n  auto_snapshot: false\n',
    );
    box.write('config/sloth-runner/config.yaml', 'stacks:\n  lock_timeout: 3h\n');
    box.env.SLOTH_RUNNER_AUTO_SNAPSHOT = 'true';
    const { stdout } = await box.sloth('config', 'show', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      stacks: { auto_lock: false, lock_timeout: 10_800_000, auto_snapshot: true },
    });
  });

  test('the settings have their effect', async () => {
    const box = createSandbox();
    box.write(
      'config/sloth-runner/config.yaml',
      'stacks:\n  auto_lock: false\n  auto_snapshot: false\n  lock_timeout: 90m\n  max_concurrent_executions: 1\n',
    );
    box.write('w.sloth', 'workflow.define("w"):tasks({ task("t"):command("sleep ${S:-0}") })');
    expect((await box.sloth('run', '--file', 'w.sloth', '--stack', 's')).status).toBe(0);
    const types = (await box.sloth('events', 'list', 's')).stdout;
    expect(types).not.toContain('lock.acquired');
    expect(types).not.toContain('snapshot.created');
    const { stdout } = await box.sloth('stack', 'lock', 'acquire', 's', '--json');
    const { lock } = JSON.parse(stdout) as { lock: { locked_at: string; expires_at: string } };
    expect(Date.parse(lock.expires_at) - Date.parse(lock.locked_at)).toBe(90 * 60_000);

    await box.sloth('stack', 'lock', 'release', 's');
    box.env.S = '30';
    const running = box.start('run', '--file', 'w.sloth', '--stack', 's');
    await running.printed('▶ t');
    const second = await box.sloth('run', '--file', 'w.sloth', '--stack', 'other');
    expect([second.status, second.stderr]).toEqual([1, expect.stringContaining('max_concurrent')]);
    running.child.kill('SIGINT');
    await running.ended;
  });
});

describe('validate', () => {
  test('prints the two outputs of the specification', async () => {
    const box = createSandbox();
    box.write('deploy/app.yaml', '');
    const workflow = (requires: string): string =>
      `workflow.define("w"):depends_on({ "base" }):requires(${requires})
         :tasks({ task("t"):command("true") })`;
    box.write('deploy/w.sloth', workflow('{ files = { "app.yaml" }, programs = { "sh" } }'));
    box.write('base.sloth', 'workflow.define("base"):tasks({ task("t"):command("true") })');
    await box.sloth('run', '--file', 'base.sloth', '--stack', 'base');
    const passed = await box.sloth('stack', 'validate', 'web', '--file', 'deploy/w.sloth');
    expect([passed.stderr, passed.status]).toEqual(['', 0]);
    expect(passed.stdout).toContain('✓ Configuration syntax valid\n✓ All dependencies available\n');
    expect(passed.stdout).toContain('Validation passed: web is ready for execution');
    expect((await box.sloth('stack', 'show', 'web')).status).toBe(4);

    box.write(
      'w.sloth',
      workflow('{ files = { "missing.yaml" }, programs = { "no-such" }, env = { "NO_SUCH" } }'),
    );
    await box.sloth('stack', 'delete', 'base', '--yes');
    const failed = await box.sloth('stack', 'validate', 'web', '--file', 'w.sloth');
    expect(failed.status).toBe(1);
    expect(failed.stdout).toContain('✗ Resource check failed\n');
    for (const finding of [
      'Missing dependency: base',
      'Missing file: missing.yaml',
      'Missing program: no-such',
      'Missing environment variable: NO_SUCH',
    ]) {
      expect(failed.stdout).toContain(`  - ${finding}\n`);
    }
    expect(failed.stdout).toContain('✗ Validation failed: 2 errors found\n');
    const refused = await box.sloth('run', '--file', 'w.sloth', '--stack', 'web', '--validate');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('not fit to run');
  });

  test('too little space is a warning, which fails in strict mode; a check can be switched off', async () => {
    const box = createSandbox();
    const settle = (text: string): string =>
      box.write('config/sloth-runner/config.yaml', `stacks:\n  validation:\n${text}`);
    await box.sloth('stack', 'new', 's');
    settle('    min_disk_space: 900000TB\n');
    const strict = await box.sloth('stack', 'validate', 's');
    expect(strict.status).toBe(1);
    expect(strict.stdout).toMatch(
      /✗ Resource check failed\n {2}- Disk space insufficient: \d+MB required, \d+MB available\n/,
    );
    settle('    min_disk_space: 900000TB\n    strict_mode: false\n');
    const lax = await box.sloth('stack', 'validate', 's');
    expect([lax.status, lax.stdout]).toEqual([0, expect.stringContaining('⚠ Resource check')]);
    settle(
      '    min_disk_space: 900000TB\n    check_disk_space: false\n    check_permissions: false\n',
    );
    const off = await box.sloth('stack', 'validate', 's');
    expect([off.status, off.stdout]).toEqual([0, expect.stringContaining('switched off')]);
  });

  test('all stacks at once', async () => {
    const box = createSandbox();
    for (const name of ['a', 'b']) await box.sloth('stack', 'new', name);
    const all = await box.sloth('stack', 'validate', 'all');
    expect(all.status).toBe(0);
    expect(all.stdout).toMatch(
      /^Validating all stacks\.\.\.\n\nStack: a\n {2}Status: ✓ PASS\n\nStack: b\n {2}Status: ✓ PASS\n\nSummary:\n {2}Total: {4}2 stacks\n {2}Passed: {3}2 stacks\n {2}Failed: {3}0 stacks\n\nOverall: PASSED\n$/,
    );
  });
});

describe('completion', () => {
  test('the scripts load where the shell is there, and complete stacks and versions', async () => {
    const box = createSandbox();
    await box.sloth('stack', 'new', 'production');
    await box.sloth('stack', 'snapshot', 'create', 'production');
    const complete = async (...words: string[]): Promise<string> =>
      (await box.sloth('__complete', '--', ...words)).stdout;
    expect(await complete('sta')).toBe('stack\n');
    expect(await complete('stack', 'lock', 'f')).toBe('force-release\n');
    expect(await complete('stack', 'show', 'pro')).toBe('production\n');
    expect(await complete('stack', 'snapshot', 'show', 'production', '')).toBe('v1\n');
    expect(await complete('run', '--stack', '')).toBe('production\n');
    expect(await complete('stack', 'list', '--format', 'j')).toBe('json\n');
    expect(await complete('stack', 'list', '--fo')).toBe('--format\n');
    for (const shell of ['bash', 'zsh', 'fish']) {
      expect((await box.sloth('completion', shell)).stdout).toContain('sloth-runner __complete');
    }
    mkdirSync(join(box.folder, 'empty'));
    const inBash = await box.shell(
      `command -v bash >/dev/null || { echo v1; exit 0; }
       bash -c 'eval "$(sloth-runner completion bash)"
         COMP_WORDS=(sloth-runner stack snapshot show production "") COMP_CWORD=5
         _sloth_runner; echo "\${COMPREPLY[@]}"'`,
    );
    expect(inBash.stdout).toBe('v1\n');
  });
});
