import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
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
    expect(JSON.parse(asked.stdout)).toEqual({ nested: ['s3cr3t-value-1234'] });
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
});
