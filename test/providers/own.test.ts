import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import jsonValue from '../../examples/providers/jsonValue.ts';
import { createMachine } from '../../src/sdk/index.ts';
import { providerConformance } from '../../src/testing/providerConformance.ts';
import { detect, found, run } from '../e2e/declare.ts';
import { createSandbox } from '../e2e/sandbox.ts';

const root = resolve(import.meta.dirname, '../..');
const file = join(root, 'examples/providers/jsonValue.ts');

describe('the provider of docs/providers.md', () => {
  const cases = providerConformance(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'json-value-'));
    return {
      provider: jsonValue,
      machine: await createMachine({ workdir: folder }),
      properties: { path: 'app.json', key: 'port', value: '8080' },
      changed: { path: 'app.json', key: 'port', value: '9090' },
      disturb: () => writeFile(join(folder, 'app.json'), '{ "port": 1 }'),
      disturbed: ['value'],
      dispose: () => rm(folder, { recursive: true }),
    };
  });
  test.each(cases)('$name', ({ run: check }) => check());

  test('stands there word for word', () => {
    const page = readFileSync(join(root, 'docs/providers.md'), 'utf8');
    expect(page).toContain(`\`\`\`ts\n${readFileSync(file, 'utf8')}\`\`\``);
  });

  test('named in the configuration, it works like any other', async () => {
    const box = createSandbox();
    box.write('config/sloth-runner/providers/jsonValue.ts', readFileSync(file, 'utf8'));
    box.write(
      'config/sloth-runner/config.yaml',
      'stacks:\n  providers:\n    json_value: ./providers/jsonValue.ts\n',
    );
    const port = 'resource.json_value("port", { path = "app.json", key = "port", value = "8080" })';
    box.write('w.sloth', `workflow.define("w"):resources({ ${port} })`);
    box.write('app.json', '{"name":"x"}');
    const first = await box.sloth(...run());
    expect([first.stderr, first.status]).toEqual(['', 0]);
    expect(JSON.parse(readFileSync(join(box.folder, 'app.json'), 'utf8'))).toEqual({
      name: 'x',
      port: 8080,
    });
    box.write('app.json', '{"name":"x","port":1}');
    expect(await found(box)).toEqual({ 'json_value.port': 'modified' });
    box.write('app.json', 'no JSON');
    expect(await found(box)).toEqual({ 'json_value.port': 'unreadable' });
    expect((await box.sloth(...detect, '--strict')).status).toBe(2);
  });
});

describe('a provider that is none', () => {
  for (const [what, text, reason] of [
    ['a file that is not there', null, 'app.ts'],
    ['a syntax error', 'export default {', 'app.ts'],
    ['no default', 'export const x = 1;', 'exports no provider as its default'],
    ['another type', 'export default { type: "other" };', "ts type is 'other', not 'mine'"],
    [
      'a function too few',
      'export default { type: "mine", properties: {}, attributes: {}, prepare() {} };',
      "ts provider has no function 'identity'",
    ],
  ] as const) {
    test(`${what} is one clear error, and nothing is done`, async () => {
      const box = createSandbox();
      if (text !== null) box.write('app.ts', text);
      const config = box.write('c.yaml', 'stacks: { providers: { mine: ./app.ts } }');
      box.write('w.sloth', 'workflow.define("w"):resources({ resource.mine("x", {}) })');
      const { status, stderr } = await box.sloth(...run('--config', config));
      expect(status).toBe(64);
      expect(stderr).toContain("app.ts can't be used as the provider of 'mine'");
      expect(stderr).toContain(reason);
    });
  }

  test('one that throws fails its own resource; the others go on', async () => {
    const box = createSandbox();
    const broken = `const fail = () => { throw new Error('out of order'); };
      export default { type: 'mine', properties: {}, attributes: {}, prepare: (p) => p,
        identity: () => 'x', expected: fail, read: fail, apply: fail, delete: fail, suggest: fail };`;
    box.write('app.ts', broken);
    const config = box.write('c.yaml', 'stacks: { providers: { mine: ./app.ts } }');
    const other = 'resource.file("a", { path = "a", content = "x" })';
    box.write('w.sloth', `workflow.define("w"):resources({ resource.mine("x", {}), ${other} })`);
    const { status, stdout } = await box.sloth(...run('--config', config));
    expect(status).toBe(1);
    expect(stdout).toContain('out of order');
    expect(readFileSync(join(box.folder, 'a'), 'utf8')).toBe('x');
  });
});

test('an object that does not answer in its time is unreadable, and nothing waits for it any longer', async () => {
  const box = createSandbox();
  const slow = `export default { type: 'slow', properties: {}, attributes: {}, prepare: (p) => p,
    bounds: { most: 1, timeout: 200 }, identity: () => 'x', expected: async () => ({}),
    read: async (_, machine) => machine.env.SLOW
      ? (await machine.run(['/bin/sh', '-c', 'echo $$ > pid; exec sleep 600']), { exists: true })
      : { exists: true, attributes: {} },
    apply: async () => {}, delete: async () => {}, suggest: () => 'x' };`;
  box.write('slow.ts', slow);
  box.write(
    'config/sloth-runner/config.yaml',
    `stacks: { providers: { slow: ${box.folder}/slow.ts } }`,
  );
  const other = 'resource.file("a", { path = "a", content = "x" })';
  box.write('w.sloth', `workflow.define("w"):resources({ resource.slow("x", {}), ${other} })`);
  expect((await box.sloth(...run())).status).toBe(0);
  const { stdout } = await box.shell('SLOW=1 sloth-runner stack drift detect s || true');
  expect(stdout).toContain('slow.x: no answer after 0.2s');
  expect(stdout).toMatch(/In Sync Resources: +1/);
  const pid = Number(readFileSync(join(box.folder, 'pid'), 'utf8'));
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
});
