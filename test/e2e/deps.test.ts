import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';

const deps = (...more: string[]): string[] => ['stack', 'deps', ...more];

/** The eight stacks of the specification's picture. */
function eightStacks(): Sandbox {
  const box = createSandbox();
  cpSync(resolve(import.meta.dirname, '../../examples/stacks'), box.folder, { recursive: true });
  return box;
}

/** Stacks with nothing but what they need. */
function project(
  box: Sandbox,
  stacks: Readonly<Record<string, readonly string[]>>,
  versions: Readonly<Record<string, string>> = {},
): void {
  const lines = Object.entries(stacks).map(
    ([name, needs]) =>
      `  ${name}:\n    file: ${name}.sloth\n    depends_on: [${needs.join(', ')}]\n`,
  );
  box.write('sloth.yaml', `stacks:\n${lines.join('')}`);
  for (const name of Object.keys(stacks)) {
    const version = versions[name] === undefined ? '' : `:version("${versions[name]}")`;
    box.write(`${name}.sloth`, `workflow.define("${name}")${version}\n`);
  }
}

describe("the specification's picture", () => {
  test('shows direct, indirect and dependent stacks, with their versions', async () => {
    const { stdout } = await eightStacks().sloth(...deps('show', 'backend-stack'));
    expect(stdout).toMatchInlineSnapshot(`
      "Dependencies for: backend-stack

      Direct Dependencies:
        • cache-stack (v1.5.0) (not run yet)
        • database-stack (v2.1.0) (not run yet)

      Indirect Dependencies:
        • network-stack (v3.0.0) (not run yet) (via cache-stack)
        • storage-stack (v1.2.0) (not run yet) (via database-stack)

      Dependents (stacks that depend on this):
        • frontend-stack (v5.1.0) (not run yet)
        • logging-stack (v1.0.0) (not run yet)
        • metrics-stack (v1.0.0) (not run yet)

      Total dependency count: 4
      Dependency depth: 2 levels
      "
    `);
  });

  test('orders what was asked for with all that it needs, and estimates from history only', async () => {
    const box = eightStacks();
    const names = ['frontend-stack', 'backend-stack', 'database-stack', 'cache-stack'];
    const before = await box.sloth(...deps('order', ...names, 'network-stack'));
    expect(before.stdout).toMatchInlineSnapshot(`
      "Calculating execution order...

      Recommended execution order:
        1. network-stack (no dependencies)
        2. storage-stack (no dependencies) — comes along
        3. cache-stack (depends on: network-stack)
        4. database-stack (depends on: network-stack, storage-stack)
        5. backend-stack (depends on: cache-stack, database-stack)
        6. frontend-stack (depends on: backend-stack)

      Total execution time estimate: no history
      Parallelizable groups:
        Group 1: network-stack, storage-stack
        Group 2: cache-stack, database-stack
        Group 3: backend-stack
        Group 4: frontend-stack

      With parallelization: no history
      "
    `);
    await box.sloth('up', '--all', '--yes');
    const { stdout } = await box.sloth(...deps('order', '--json'));
    const order = JSON.parse(stdout) as {
      series: { median: number };
      parallel: { median: number };
      critical: { median: number };
      criticalPath: string[];
    };
    const { stdout: list } = await box.sloth('stack', 'list', '--json');
    const all = JSON.parse(list) as { name: string; duration_ms: number }[];
    const took = new Map(all.map((each) => [each.name, each.duration_ms]));
    const sum = (names_: Iterable<string>): number =>
      [...names_].reduce((total, name) => total + (took.get(name) ?? 0), 0);
    expect(order.series.median).toBe(sum(took.keys()));
    expect(order.critical.median).toBe(sum(order.criticalPath));
    expect(order.parallel.median).toBeGreaterThanOrEqual(order.critical.median);
    expect(order.parallel.median).toBeLessThanOrEqual(order.series.median);
  });

  test('is drawn as a tree, and in every format, without any program on the machine', async () => {
    const box = eightStacks();
    const { stdout: tree } = await box.sloth(...deps('graph', 'frontend-stack', '--full-tree'));
    expect(tree).toContain('│   └── network-stack (v3.0.0)  not run yet');
    expect(tree).toContain('  Max depth:        3\n  Circular deps:    0\n');
    const drawn = await box.sloth(...deps('graph', 'backend-stack', '-o', 'deps.png'));
    expect([drawn.stderr, drawn.status]).toEqual(['', 0]);
    expect(drawn.stdout).toContain('✓ Dependency graph generated: deps.png');
    const png = readFileSync(join(box.folder, 'deps.png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    await box.sloth(...deps('graph', '--all', '-o', 'deps.svg', '--show-versions'));
    const svg = readFileSync(join(box.folder, 'deps.svg'), 'utf8');
    expect(svg).toContain('>network-stack v3.0.0</text>');
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).toContain('>^3.0</text>');
    const { stdout: dot } = await box.sloth(...deps('graph', '--all', '--format', 'dot'));
    expect(dot).toContain('"network-stack" -> "cache-stack"');
    const { stdout: mermaid } = await box.sloth(...deps('graph', '--format', 'mermaid'));
    expect(mermaid).toMatch(/^graph TB\n/);
    const { stdout: json } = await box.sloth(...deps('graph', '--all', '--format', 'json'));
    const graph = JSON.parse(json) as { stacks: unknown[]; dependencies: unknown[] };
    expect([graph.stacks.length, graph.dependencies.length]).toEqual([8, 8]);
    await box.sloth(...deps('graph', '--all', '-o', 'deps.html'));
    const html = readFileSync(join(box.folder, 'deps.html'), 'utf8');
    expect(html).not.toMatch(/src=|href="http|@import/);
  });
});

describe('checking', () => {
  test('names every circle with the places that declare it, and how to take it away', async () => {
    const box = createSandbox();
    await box.sloth(...deps('add', 'cache', 'app'));
    project(box, { app: ['db'], db: ['cache'], cache: [] });
    const { stdout, status } = await box.sloth(...deps('check', 'app'));
    expect(status).toBe(1);
    expect(stdout).toContain('Cycle path:\n  app -> db -> cache -> app\n');
    expect(stdout).toContain(`app -> db: ${join(box.folder, 'sloth.yaml')}:4`);
    expect(stdout).toContain(
      '1. Remove dependency: cache -> app (sloth-runner stack deps remove cache app)',
    );
    const order = await box.sloth(...deps('order', 'app'));
    expect([order.stderr, order.status]).toEqual([expect.stringContaining('in a circle'), 1]);
    expect((await box.sloth('up', 'app', '--yes')).stderr).toContain('in a circle');
    await box.sloth(...deps('remove', 'cache', 'app'));
    expect((await box.sloth(...deps('check', 'app'))).stdout).toContain('Dependency tree is valid');
  });

  test('a stack that needs itself is a circle, too', async () => {
    const box = createSandbox();
    project(box, { a: ['a'] });
    const { stdout } = await box.sloth(...deps('check'));
    expect(stdout).toContain('Cycle path:\n  a -> a\n');
  });

  test('tells missing stacks, unmet versions, outputs that do not exist and broken workflows', async () => {
    const box = createSandbox();
    project(box, { app: ['db@^3', 'gone'], db: [], bad: [] }, { db: '2.4.1' });
    box.write('app.sloth', 'local x = stack.output("db", "hots")\nworkflow.define("app")\n');
    box.write('db.sloth', 'workflow.define("db"):version("2.4.1"):outputs({"host"})\n');
    box.write('bad.sloth', 'workflow.define(\n');
    const { stdout, status } = await box.sloth(...deps('check'));
    expect(status).toBe(1);
    expect(stdout).toContain('Missing stack: gone, needed by app');
    expect(stdout).toContain('Version: app needs db@^3, which is 2.4.1');
    expect(stdout).toContain("Output: app uses 'hots' of db, which has no such output");
    expect(stdout).toContain("The workflow of bad can't be read");
    expect(stdout).toContain('4 findings');
  });

  test('a graph with nothing in it is told as such', async () => {
    const box = createSandbox();
    for (const [command, said] of [
      ['graph', '(none)'],
      ['check', 'Dependency tree is valid'],
      ['order', '(none)'],
    ] as const) {
      const { stdout, status } = await box.sloth(...deps(command));
      expect([stdout, status]).toEqual([expect.stringContaining(said), 0]);
    }
    expect((await box.sloth(...deps('graph', '-o', 'x.png'))).status).toBe(0);
    expect(existsSync(join(box.folder, 'x.png'))).toBe(true);
  });
});

describe('bad input is one clear error', () => {
  test.each([
    [['show', 'bakend-stack'], 4, 'Did you mean backend-stack?'],
    [['graph', '--format', 'gif'], 64, 'There are: png, svg, dot, mermaid, json, html'],
    [['graph', '-o', 'nowhere/deps.svg'], 1, "The picture can't be written"],
    [['graph', '--format', 'png'], 64, 'needs a file'],
    [['add', 'a', 'b@nonsense'], 64, 'names no stack with a range'],
    [['remove', 'a', 'b'], 4, "There is no stack 'a'"],
  ])('%j', async (args, code, said) => {
    const box = eightStacks();
    const { stderr, status } = await box.sloth(...deps(...args));
    expect([stderr, status]).toEqual([expect.stringContaining(said), code]);
    expect(readdirSync(box.folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test.each([
    ['stacks:\n  a:\n    fil: a.sloth\n', 3, 'did you mean file?'],
    ['stacks:\n  a:\n    tags: [x]\n', 2, "'stacks.a.file': it is missing"],
    ['stacks:\n  a:\n    file: a.sloth\n    depends_on: b\n', 4, 'must be a list of stacks'],
    ['stacks:\n  a: { file: a.sloth, depends_on: ["b@what"] }\n', 2, 'has no range of versions'],
    ['stacks:\n  a: { file: a.sloth }\n  a: { file: b.sloth }\n', 3, 'unique'],
    ['stacks:\n  "a b": { file: a.sloth }\n', 2, "can't be the name of a stack"],
    ['stacks: [\n', 2, ''],
    ['include: [other.yaml]\nstacks:\n  a: { file: a.sloth }\n', 2, 'is declared at'],
  ])('%j at its line', async (text, line, said) => {
    const box = createSandbox();
    box.write('sloth.yaml', text);
    box.write('other.yaml', 'stacks:\n  a: { file: b.sloth }\n');
    const { stderr, status } = await box.sloth(...deps('check'));
    expect([stderr, status]).toEqual([expect.stringContaining(`.yaml:${line} is not valid`), 64]);
    expect(stderr).toContain(said);
  });
});
