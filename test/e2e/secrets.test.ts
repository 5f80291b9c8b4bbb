import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox } from './sandbox.ts';

/** Every byte that a store holds, its folder's other files included. */
function everyByte(folder: string): Buffer {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  return Buffer.concat(files.map((entry) => readFileSync(join(entry.parentPath, entry.name))));
}

describe('secrets', () => {
  test('a secret is on the screen only when asked for, and in no file in the clear', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `workflow.define("w"):tasks({ task("t"):command(function()
         local key = secret("s3cr3t-value-1234")
         stack.set_output("key", key)
         state.set("config", { nested = { key } })
         print("the key is " .. key) log.info(key) exec.run("echo " .. key .. " >&2")
         return true, "used " .. key, { key = key }
       end), task("bad"):depends_on("t"):command(function(this, params, deps)
         error("cannot use " .. deps.t.outputs.key)
       end) })`,
    );
    const run = await box.sloth('run', '--file', 'w.sloth', '--stack', 's', '--json', '--verbose');
    expect(run.status).toBe(1);
    expect(run.stdout).toContain('the key is <sensitive>');
    expect(run.stdout + run.stderr).not.toContain('s3cr3t-value');
    const shown = await box.sloth('stack', 'output', 's');
    expect(shown.stdout).toContain('key = <sensitive>');
    const open = await box.sloth('stack', 'output', 's', 'key', '--show-sensitive');
    expect(open.stdout).toBe('s3cr3t-value-1234\n');
    const asked = await box.sloth(
      'stack',
      'state',
      'get',
      's',
      'config',
      '--show-sensitive',
      '--json',
    );
    expect(JSON.parse(asked.stdout)).toMatchObject({ value: { nested: ['s3cr3t-value-1234'] } });
    const events = await box.sloth('events', 'list', 's', '--json');
    expect(events.stdout).not.toContain('s3cr3t-value');
    const bytes = everyByte(join(box.folder, 'state'));
    expect(bytes.length).toBeGreaterThan(10_000);
    expect(bytes.includes('s3cr3t-value')).toBe(false);
    expect(statSync(`${box.db}.key`).mode & 0o777).toBe(0o600);
  });

  test('a passphrase instead of a key file; the wrong one is told, and nothing is lost', async () => {
    const box = createSandbox({ SLOTH_RUNNER_PASSPHRASE: 'correct horse' });
    box.write(
      'w.sloth',
      'workflow.define("w"):tasks({ task("t"):command(function() stack.set_output("k", secret("hidden")) end) })',
    );
    expect((await box.sloth('run', '--file', 'w.sloth', '--stack', 's')).status).toBe(0);
    expect(existsSync(`${box.db}.key`)).toBe(false);
    const show = ['stack', 'output', 's', 'k', '--show-sensitive'];
    expect((await box.sloth(...show)).stdout).toBe('hidden\n');
    box.env.SLOTH_RUNNER_PASSPHRASE = 'wrong';
    const wrong = await box.sloth(...show);
    expect([wrong.status, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('SLOTH_RUNNER_PASSPHRASE'),
    ]);
    delete box.env.SLOTH_RUNNER_PASSPHRASE;
    expect((await box.sloth(...show)).status).toBe(1);
    box.env.SLOTH_RUNNER_PASSPHRASE = 'correct horse';
    expect((await box.sloth(...show)).stdout).toBe('hidden\n');
  });

  test('an artifact that holds one is kept encrypted, and in the clear where a task consumes it', async () => {
    const box = createSandbox();
    mkdirSync(join(box.folder, 'other'));
    // Across the place where reading begins anew, and in the middle of bytes that are no text.
    const before = 1024 * 1024 - 5;
    box.write(
      'w.sloth',
      `local hidden = secret("s3cr3t-in-an-artifact")
       local make = task("make"):artifacts({ "made.bin", "plain.txt" }):command(function()
         fs.write("made.bin", ("\\255"):rep(${before}) .. hidden .. "\\254")
         fs.write("plain.txt", "nothing to hide")
       end)
       local use = task("use"):depends_on("make"):consumes({ "made.bin", "plain.txt" }):workdir("other")
         :command(function() return true, "consumed" end)
       workflow.define("w"):tasks({ make, use })`,
    );
    const run = await box.sloth('run', '--file', 'w.sloth', '--stack', 's');
    expect([run.stderr, run.status]).toEqual(['', 0]);
    const stored = everyByte(join(box.folder, 'state'));
    expect(stored.includes('s3cr3t-in')).toBe(false);
    expect(stored.includes('nothing to hide')).toBe(true);
    const consumed = readFileSync(join(box.folder, 'other/made.bin'));
    expect(consumed.equals(readFileSync(join(box.folder, 'made.bin')))).toBe(true);
    expect(consumed.includes('s3cr3t-in')).toBe(true);
    const listed = await box.sloth('secrets', 'list', '--json');
    expect(JSON.parse(listed.stdout).sealed).toMatchObject([
      { stack: 's', kind: 'artifact', name: 'e1/make/made.bin' },
    ]);
  });

  test('a pid file and a plan hold no digest that tells a short secret to whoever tries all', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `workflow.define("w"):resources({ resource.process("p", {
         command = "exec sleep 60", pidfile = "p.pid", env = { PIN = secret(os.getenv("PIN")) } }) })`,
    );
    box.env.PIN = '4711';
    const run = ['run', '--file', 'w.sloth', '--stack', 's'];
    const planned = await box.sloth(...run, '--dry-run', '--plan-out', 'plan.json');
    expect([planned.stderr, planned.status]).toEqual(['', 2]);
    expect((await box.sloth('run', '--plan', 'plan.json')).stderr).toBe('');
    const [pid = '', , digest] = readFileSync(join(box.folder, 'p.pid'), 'utf8').split('\n');
    try {
      expect(digest).toMatch(/^hmac-sha256:/);
      expect(statSync(join(box.folder, 'p.pid')).mode & 0o777).toBe(0o600);
      const plan = JSON.parse(readFileSync(join(box.folder, 'plan.json'), 'utf8'));
      expect(plan.fingerprint).toMatch(/^scrypt:/);
      await box.sloth(...run, '--dry-run', '--plan-out', 'later.json');
      const later = JSON.parse(readFileSync(join(box.folder, 'later.json'), 'utf8'));
      expect(later.fingerprint).toMatch(/^hmac-sha256:/);
      expect((await box.sloth('run', '--plan', 'later.json')).stderr).toBe('');
      const same = await box.sloth('stack', 'drift', 'detect', 's', '--json');
      expect(JSON.parse(same.stdout).resources[0]).toMatchObject({ status: 'in_sync' });
      await box.sloth('secrets', 'rotate');
      const after = await box.sloth('stack', 'drift', 'detect', 's', '--json');
      expect(JSON.parse(after.stdout).resources[0]).toMatchObject({ status: 'in_sync' });
      box.env.PIN = '4712';
      expect((await box.sloth(...run, '--dry-run')).stdout).toContain('~ process.p');
    } finally {
      process.kill(Number(pid));
    }
  });

  test('a rotation needs to be told what to; a store without secrets has nothing to rotate', async () => {
    const box = createSandbox();
    const empty = await box.sloth('secrets', 'rotate');
    expect(empty.stdout).toContain('there is no key to replace');
    expect(existsSync(box.db)).toBe(false);
    box.env.SLOTH_RUNNER_PASSPHRASE = 'one';
    await box.sloth('stack', 'new', 's');
    await box.sloth('state', 'set', 's', 'k', 'hidden-value', '--sensitive');
    expect((await box.sloth('secrets', 'rotate')).status).toBe(64);
    box.env.NEW = 'two';
    const rotated = await box.sloth('secrets', 'rotate', '--new-passphrase-env', 'NEW', '--json');
    expect(JSON.parse(rotated.stdout)).toMatchObject({ source: 'passphrase', putAside: null });
    const wrong = await box.sloth('stack', 'validate', 's');
    expect(wrong.stdout).toContain(
      'Cannot open secrets: the passphrase in SLOTH_RUNNER_PASSPHRASE',
    );
    expect((await box.sloth('state', 'set', 's', 'k', 'v', '--sensitive')).status).toBe(1);
    box.env.SLOTH_RUNNER_PASSPHRASE = 'two';
    const shown = await box.sloth('state', 'get', 's', 'k', '--show-sensitive');
    expect(shown.stdout).toBe('hidden-value\n');
  });
});
