import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { declare, file, found, run } from './declare.ts';
import { createSandbox, type Ended, type Sandbox } from './sandbox.ts';
import { stateOf } from './stateOf.ts';

const snapshot = (box: Sandbox, ...args: readonly string[]): Promise<Ended> =>
  box.sloth('stack', 'snapshot', ...args);
const set = (box: Sandbox, key: string, value: string): Promise<Ended> =>
  box.sloth('stack', 'state', 'set', 's', key, value);

const values = (box: Sandbox): Promise<unknown> => stateOf(box, 's');

async function versions(box: Sandbox, ...flags: readonly string[]): Promise<string[]> {
  const { stdout } = await snapshot(box, 'list', 's', '--json', ...flags);
  const { snapshots } = JSON.parse(stdout) as { snapshots: { version: string }[] };
  return snapshots.map((each) => each.version);
}

/** A stack with values, and a snapshot of each step: v1 is empty, v2 has a, v3 has a and b. */
async function withSteps(): Promise<Sandbox> {
  const box = createSandbox();
  await box.sloth('stack', 'new', 's');
  await snapshot(box, 'create', 's');
  await set(box, 'a', '1');
  await snapshot(box, 'create', 's', '--tags', 'good,first', '--creator', 'ann');
  await set(box, 'a', '2');
  await set(box, 'b', '"x"');
  await snapshot(box, 'create', 's', '--description', 'both');
  return box;
}

describe('naming and showing', () => {
  test('a version goes by number, tag, latest, time and serial', async () => {
    const box = await withSteps();
    const compare = async (a: string, b: string): Promise<unknown[]> => {
      const { stdout, status } = await snapshot(box, 'compare', 's', a, b, '--json');
      const parsed = JSON.parse(stdout) as { from: string; to: string; values: { name: string }[] };
      return [status, parsed.from, parsed.to, parsed.values.map((each) => each.name)];
    };
    expect(await compare('v1', 'good')).toEqual([0, 'v1', 'v2', ['a']]);
    expect(await compare('latest~2', 'latest')).toEqual([0, 'v1', 'v3', ['a', 'b']]);
    expect(await compare('first', 'current')).toEqual([0, 'v2', 'current', ['a', 'b']]);
    expect(await compare('#1', '#3')).toEqual([0, '#1', '#3', ['a']]);
    expect((await compare('@0s', 'current'))[3]).toEqual([]);
    const unknown = await snapshot(box, 'show', 's', 'goood');
    expect([unknown.status, unknown.stderr]).toEqual([4, expect.stringContaining('good')]);
    expect((await snapshot(box, 'show', 's', 'latest~9')).status).toBe(4);
    expect((await snapshot(box, 'compare', 's', '#99', 'current')).status).toBe(4);
  });

  test('lists filter, and a snapshot shows what it holds and that it is whole', async () => {
    const box = await withSteps();
    expect(await versions(box)).toEqual(['v3', 'v2', 'v1']);
    expect(await versions(box, '--tag', 'good')).toEqual(['v2']);
    expect(await versions(box, '--creator', 'ann')).toEqual(['v2']);
    expect(await versions(box, '--limit', '2')).toEqual(['v3', 'v2']);
    expect(await versions(box, '--since', '1h')).toEqual(['v3', 'v2', 'v1']);
    const shown = await snapshot(box, 'show', 's', 'v2');
    expect(shown.status).toBe(0);
    expect(shown.stdout).toMatch(/Creator: +ann\n/);
    expect(shown.stdout).toContain(
      '✓ Integrity: its chunk is whole; not checked: what it stands on',
    );
  });

  test('two creates at the same moment give two versions, no gap, no clash', async () => {
    const box = createSandbox();
    await box.sloth('stack', 'new', 's');
    await set(box, 'a', '1');
    const all = await Promise.all(Array.from({ length: 6 }, () => snapshot(box, 'create', 's')));
    expect(all.map((each) => each.status)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await versions(box)).toEqual(['v6', 'v5', 'v4', 'v3', 'v2', 'v1']);
    expect((await snapshot(box, 'verify', 's')).stdout).toContain('6 of 6 snapshots are whole');
  });
});

describe('comparing', () => {
  test('tells what was added, modified and removed, sensitive values only as changed', async () => {
    const box = createSandbox();
    const task = (name: string, timeout: string): string =>
      `task("${name}"):timeout("${timeout}"):command("true")`;
    const workflow = (more: string, tasks: string): string =>
      box.write(
        'w.sloth',
        `workflow.define("w"):tasks({ ${tasks} }):resources({
           resource.dotenv("env", { path = ".env", values = { REPLICAS = ${more} } }),
           ${more === '2' ? file('old', 'x') : file('new', 'x')} })`,
      );
    workflow('2', task('deploy', '10m'));
    await box.sloth(...run());
    await box.sloth('stack', 'state', 'set', 's', 'token', 'one', '--sensitive');
    await snapshot(box, 'create', 's');
    workflow('4', `${task('deploy', '15m')}, ${task('configure', '1m')}`);
    expect((await box.sloth(...run('--allow-deletions'))).status).toBe(0);
    await box.sloth('stack', 'state', 'set', 's', 'token', 'two', '--sensitive');
    await snapshot(box, 'create', 's');
    const [newer = '', older = ''] = await versions(box);
    const { stdout } = await snapshot(box, 'compare', 's', older, newer);
    expect(stdout).toContain(`Comparing snapshots: ${older} -> ${newer}`);
    expect(stdout).toContain('  ~ Modified resource: dotenv.env');
    expect(stdout).toContain('values.REPLICAS: 2 -> 4');
    expect(stdout).toContain('  + Added resource: file.new\n');
    expect(stdout).toContain('  - Removed resource: file.old\n');
    expect(stdout).toContain(
      'Task Changes:\n  + New task: configure\n  ~ deploy: timeout: 600000 -> 900000',
    );
    expect(stdout).toContain('  ~ Modified value: token (value: changed (sensitive))');
    const stat = await snapshot(box, 'compare', 's', older, newer, '--stat', '--exit-code');
    expect([stat.status, stat.stdout]).toEqual([
      2,
      expect.stringContaining('resources:    1 added, 1 modified, 1 removed'),
    ]);
    const same = await snapshot(box, 'compare', 's', newer, newer, '--exit-code');
    expect([same.status, same.stdout]).toEqual([0, expect.stringContaining('Nothing differs')]);
  });
});

describe('restoring', () => {
  test('a dry run writes nothing; a restore can itself be undone', async () => {
    const box = await withSteps();
    const before = readFileSync(box.db);
    const dry = await snapshot(box, 'restore', 's', 'v2', '--dry-run');
    expect([dry.status, dry.stdout]).toEqual([2, expect.stringContaining('Nothing was written')]);
    expect(dry.stdout).toContain('Removed value: b');
    expect(readFileSync(box.db).equals(before)).toBe(true);
    const refused = await snapshot(box, 'restore', 's', 'v2');
    expect([refused.status, refused.stderr]).toEqual([64, expect.stringContaining('--yes')]);
    const restored = await snapshot(box, 'restore', 's', 'v2', '--yes');
    expect([restored.stderr, restored.status]).toEqual(['', 0]);
    expect(restored.stdout).toContain('Version:      v2');
    expect(await values(box)).toEqual({ a: 1 });
    const undo = /To undo it: sloth-runner (.*)/.exec(restored.stdout)?.[1] ?? '';
    expect((await box.sloth(...undo.split(' '), '--yes')).status).toBe(0);
    expect(await values(box)).toEqual({ a: 2, b: 'x' });
    expect((await box.sloth('stack', 'log', 's', '--verify')).stdout).toContain('whole');
  });

  test('a part is restored, and the rest stays as it is', async () => {
    const box = createSandbox();
    declare(box, [file('a', 'one'), file('b', 'one')]);
    await box.sloth(...run());
    await set(box, 'k', '1');
    await snapshot(box, 'create', 's', '--tags', 'good');
    declare(box, [file('a', 'two'), file('b', 'two')]);
    await box.sloth(...run());
    await set(box, 'k', '2');
    await snapshot(box, 'restore', 's', 'good', '--only', 'values', '--yes');
    expect(await values(box)).toEqual({ k: 1 });
    expect(await found(box)).toEqual({ 'file.a': 'in_sync', 'file.b': 'in_sync' });
    await snapshot(box, 'restore', 's', 'good', '--resource', 'file.a', '--yes');
    expect(await found(box)).toEqual({ 'file.a': 'modified', 'file.b': 'in_sync' });
    expect((await snapshot(box, 'restore', 's', 'good', '--only', 'all', '--yes')).status).toBe(64);
  });

  test('--apply brings the real objects back', async () => {
    const box = createSandbox();
    const content = (name: string): string =>
      readFileSync(join(box.folder, `${name}.conf`), 'utf8');
    declare(box, [file('a', 'one'), file('gone', 'x')]);
    await box.sloth(...run());
    await snapshot(box, 'create', 's', '--tags', 'good');
    declare(box, [file('a', 'two'), file('new', 'x')]);
    await box.sloth(...run('--allow-deletions'));
    expect([content('a'), existsSync(join(box.folder, 'gone.conf'))]).toEqual(['two', false]);
    const restored = await snapshot(box, 'restore', 's', 'good', '--apply', '--yes');
    expect([restored.stderr, restored.status]).toEqual(['', 0]);
    expect([content('a'), content('gone')]).toEqual(['one', 'x']);
    expect(existsSync(join(box.folder, 'new.conf'))).toBe(false);
    expect(await found(box)).toEqual({ 'file.a': 'in_sync', 'file.gone': 'in_sync' });
  });

  test('is refused while somebody else has the lock, and before anything with a wrong passphrase', async () => {
    const box = createSandbox();
    const phrase = (text: string): string => `export SLOTH_RUNNER_PASSPHRASE=${text};`;
    await box.sloth('stack', 'new', 's');
    await box.shell(`${phrase('right')} sloth-runner stack state set s k one --sensitive`);
    await snapshot(box, 'create', 's');
    await box.shell(`${phrase('right')} sloth-runner stack state set s k two --sensitive`);
    const restore = 'sloth-runner stack snapshot restore s v1 --yes';
    const wrong = await box.shell(`${phrase('wrong')} ${restore} || echo "status $?"`);
    expect(wrong.stdout).toMatch(/status [1-9]/);
    expect(await versions(box)).toEqual(['v1']);
    await box.shell(
      'XDG_STATE_HOME=$HOME/elsewhere sloth-runner stack lock acquire s --reason mine',
    );
    const locked = await box.shell(`${phrase('right')} ${restore} || echo "status $?"`);
    expect(locked.stdout).toContain('status 3');
    expect(locked.stderr).toContain('is locked by');
  });
});

describe('keeping', () => {
  test('a run refers to the newest snapshot where nothing has changed since', async () => {
    const box = createSandbox();
    box.write('w.sloth', 'workflow.define("w"):tasks({ task("t"):command("true") })');
    for (let n = 0; n < 4; n++) await box.sloth(...run());
    // Before the first run there were no tasks, before all others the same ones.
    expect(await versions(box)).toEqual(['v2', 'v1']);
    const { stdout } = await box.sloth('stack', 'history', 's', '--json');
    const { executions } = JSON.parse(stdout) as { executions: { snapshot: string }[] };
    const used = executions.map((each) => each.snapshot);
    expect(new Set(used)).toEqual(new Set(['v1', 'v2']));
  });

  test('also where it looks after resources', async () => {
    const box = createSandbox();
    const directory = 'resource.directory("d", { path = "d" })';
    declare(box, [directory, file('d/f', 'x', ', mode = "0640"')]);
    for (let n = 0; n < 4; n++) await box.sloth(...run());
    expect(await versions(box)).toEqual(['v2', 'v1']);
    declare(box, [directory, file('d/f', 'y', ', mode = "0640"')]);
    for (let n = 0; n < 3; n++) await box.sloth(...run());
    expect(await versions(box)).toEqual(['v3', 'v2', 'v1']);
  });

  test('nor because an output of another stack was read again', async () => {
    const box = createSandbox();
    const publish = (host: string): void => {
      const task = `task("t"):command(function() stack.set_output("host", "${host}") return true end)`;
      box.write('a.sloth', `workflow.define("a"):tasks({ ${task} }):outputs({ "host" })`);
    };
    const read = (): void => {
      const used = file('used', 'x').replace('"x"', 'stack.output("a", "host")');
      const task = 'task("t"):command(function() return true, stack.output("a", "host") end)';
      box.write('w.sloth', `workflow.define("w"):tasks({ ${task} }):resources({ ${used} })`);
    };
    const both = async (): Promise<void> => {
      await box.sloth('run', '--file', 'a.sloth', '--stack', 'a');
      expect((await box.sloth(...run())).status).toBe(0);
    };
    publish('one');
    read();
    for (let n = 0; n < 4; n++) await both();
    expect(await versions(box)).toEqual(['v2', 'v1']);
    // What was read is another value: the file is another one then.
    publish('two');
    for (let n = 0; n < 3; n++) await both();
    expect(await versions(box)).toEqual(['v3', 'v2', 'v1']);
  });

  test('what no rule keeps is pruned, what somebody tagged or protected stays', async () => {
    const box = createSandbox({
      SLOTH_RUNNER_SNAPSHOT_RETENTION: '1ms',
      SLOTH_RUNNER_SNAPSHOT_KEEP_LAST: '2',
    });
    const version = (n: number): string =>
      box.write('w.sloth', `workflow.define("w"):tasks({ task("t${n}"):command("true") })`);
    for (let n = 0; n < 3; n++) {
      version(n);
      await box.sloth(...run());
    }
    expect(await versions(box)).toEqual(['v3', 'v2']);
    await snapshot(box, 'tag', 's', 'v2', 'release');
    version(3);
    const told = await box.sloth(...run());
    expect(told.stdout).not.toContain('were deleted');
    await snapshot(box, 'protect', 's', 'v3');
    version(4);
    await box.sloth(...run());
    expect(await versions(box)).toEqual(['v5', 'v4', 'v3', 'v2']);
    const refused = await snapshot(box, 'delete', 's', 'v3', '--yes');
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('is protected')]);
    await snapshot(box, 'unprotect', 's', 'v3');
    await snapshot(box, 'untag', 's', 'v2', 'release');
    const dry = await snapshot(box, 'prune', 's', '--dry-run');
    expect(dry.stdout).toContain('Would be deleted: v2, v3');
    const pruned = await snapshot(box, 'prune', 's');
    expect(pruned.stdout).toContain('Deleted: v2, v3');
    expect(await versions(box)).toEqual(['v5', 'v4']);
    expect((await snapshot(box, 'verify', 's')).status).toBe(0);
    await snapshot(box, 'delete', 's', 'latest', '--yes');
    const next = await snapshot(box, 'create', 's', '--json');
    expect(JSON.parse(next.stdout)).toMatchObject({ version: 'v6' });
  });

  test('a broken chunk is told, with what it holds and which snapshot is whole; nothing is removed', async () => {
    const box = createSandbox();
    declare(box, [file('a', 'one')]);
    await box.sloth(...run());
    await snapshot(box, 'create', 's');
    const database = new DatabaseSync(box.db);
    const [row] = database
      .prepare('SELECT hash, bytes FROM chunks ORDER BY length(bytes) DESC LIMIT 1')
      .all() as { hash: string; bytes: Uint8Array }[];
    const bytes = new Uint8Array(row?.bytes ?? []);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0xff;
    database.prepare('UPDATE chunks SET bytes = ? WHERE hash = ?').run(bytes, row?.hash ?? '');
    const count = (): unknown => database.prepare('SELECT count(*) AS n FROM chunks').get();
    const before = count();
    const verified = await snapshot(box, 'verify', 's', '--all');
    expect(verified.status).toBe(1);
    expect(verified.stdout).toMatch(/✗ v\d: broken \(chunk [0-9a-f]{12}: its bytes were altered\)/);
    expect(verified.stdout).toContain('of 2 snapshots are whole');
    const broken = /✗ (v\d): broken/.exec(verified.stdout)?.[1] ?? '';
    expect((await snapshot(box, 'delete', 's', broken, '--yes')).stderr).toContain("can't be read");
    expect(count()).toEqual(before);
    database.close();
  });
});

describe('exporting and importing', () => {
  test('a snapshot goes to a file and comes back; a foreign or altered one is refused', async () => {
    const box = await withSteps();
    await box.sloth('stack', 'state', 'set', 's', 'secret', 'hunter22', '--sensitive');
    await snapshot(box, 'create', 's');
    const out = await snapshot(box, 'export', 's', 'latest', '--output', 'v4.snapshot');
    expect([out.stderr, out.status]).toEqual(['', 0]);
    const path = join(box.folder, 'v4.snapshot');
    const text = gunzipSync(readFileSync(path)).toString();
    expect(text).toContain('"format":"sloth-runner snapshot 1"');
    expect(text).not.toContain('hunter22');
    await snapshot(box, 'delete', 's', 'v4', '--yes');
    await box.sloth('stack', 'state', 'delete', 's', 'secret');
    const back = await snapshot(box, 'import', 's', 'v4.snapshot', '--json');
    expect(JSON.parse(back.stdout)).toMatchObject({ version: 'v5', status: 'imported' });
    await snapshot(box, 'restore', 's', 'v5', '--yes');
    const secret = await box.sloth('stack', 'state', 'get', 's', 'secret', '--show-sensitive');
    expect(secret.stdout).toContain('hunter22');
    await box.sloth('stack', 'new', 'other');
    const foreign = await snapshot(box, 'import', 'other', 'v4.snapshot');
    expect([foreign.status, foreign.stderr]).toEqual([1, expect.stringContaining('--force')]);
    expect((await snapshot(box, 'import', 'other', 'v4.snapshot', '--force')).status).toBe(0);
    const bytes = readFileSync(path);
    bytes[bytes.length - 30] = (bytes.at(-30) ?? 0) ^ 0x10;
    writeFileSync(path, bytes);
    const altered = await snapshot(box, 'import', 's', 'v4.snapshot');
    expect([altered.status, altered.stderr]).toEqual([
      64,
      expect.stringContaining("can't be used as an exported snapshot"),
    ]);
  });
});

describe('time travel', () => {
  test('a stack, its outputs and its commits are shown as they were', async () => {
    const box = createSandbox();
    const publish = (value: number, more = ''): string =>
      box.write(
        'w.sloth',
        `workflow.define("w"):tasks({ task("t"):command(function()
           stack.set_output("port", ${value})
           state.set("n", ${value})
           return true end) }):resources({ ${file('a', String(value))}${more} })`,
      );
    publish(1);
    await box.sloth(...run());
    const { stdout } = await box.sloth('stack', 'list', '--json');
    const serial = (JSON.parse(stdout) as { serial: number }[])[0]?.serial ?? 0;
    publish(2, `, ${file('b', 'x')}`);
    await box.sloth(...run());
    expect((await box.sloth('stack', 'output', 's', 'port')).stdout).toBe('2\n');
    const then = ['--at', `#${serial}`];
    expect((await box.sloth('stack', 'output', 's', 'port', ...then)).stdout).toBe('1\n');
    const shown = await box.sloth('stack', 'show', 's', ...then);
    expect(shown.stdout).toContain(`as of commit #${serial}`);
    expect(shown.stdout).toContain('Resources (1):\n  • file.a (applied)');
    const now = await box.sloth('stack', 'show', 's', '--at', '0s', '--json');
    expect(JSON.parse(now.stdout)).toMatchObject({ resources: [{}, {}], outputs: 1, values: 1 });
    const log = await box.sloth('stack', 'log', 's', '-p', '--limit', '0');
    expect(log.stdout).toContain('~ Modified output: port (1 -> 2)');
    expect(log.stdout).toContain('+ Added resource: file.b');
    const early = await box.sloth('stack', 'show', 's', '--at', '2001-01-01');
    expect(early.status).toBe(4);
  });
});

describe('compacting the log', () => {
  test('old commits go, the chain of the rest verifies, snapshots and the present stay', async () => {
    const box = await withSteps();
    const young = await box.sloth('stack', 'log', 'compact', 's', '--keep', '1d', '--yes');
    expect(young.stdout).toContain('Nothing is so old');
    const compacted = await box.sloth('stack', 'log', 'compact', 's', '--keep', '1ms', '--yes');
    expect([compacted.stderr, compacted.status]).toEqual(['', 0]);
    expect(compacted.stdout).toMatch(/\d commits removed; the log begins after #\d/);
    const verified = await box.sloth('stack', 'log', 's', '--verify');
    expect(verified.stdout).toContain('is whole');
    expect(verified.stdout).toMatch(/up to #\d+, were compacted away/);
    expect(await values(box)).toEqual({ a: 2, b: 'x' });
    expect((await snapshot(box, 'verify', 's')).stdout).toContain('3 of 3 snapshots are whole');
    expect((await snapshot(box, 'compare', 's', 'v1', 'v3', '--json')).stdout).toContain('"added"');
    const gone = await box.sloth('stack', 'show', 's', '--at', '#5');
    expect([gone.status, gone.stderr]).toEqual([4, expect.stringContaining('is no longer kept')]);
    await set(box, 'c', '3');
    await snapshot(box, 'create', 's');
    await snapshot(box, 'restore', 's', 'v2', '--yes');
    expect(await values(box)).toEqual({ a: 1 });
    await snapshot(box, 'restore', 's', 'v4', '--yes');
    expect(await values(box)).toEqual({ a: 2, b: 'x', c: 3 });
    const database = new DatabaseSync(box.db);
    database.exec(
      `UPDATE entries SET body = replace(body, '"hash":"', '"hash":"0') WHERE kind = 'cut'`,
    );
    database.close();
    const forged = await box.sloth('stack', 'log', 's', '--verify');
    expect(forged.status).toBe(1);
  });
});
