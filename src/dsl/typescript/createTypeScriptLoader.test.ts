import { writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { firstTask, type Sketch, sketchWorkflow } from './testing/loadSketch.ts';

let sketch: Sketch;
afterEach(() => sketch.dispose());

const files = (text: string): Record<string, string> => ({ 'flow.sloth.ts': text });

describe('definitions', () => {
  test('builder and object form say the same', async () => {
    sketch = await sketchWorkflow(
      files(`
import { task, workflow } from 'sloth-runner';
const common = { description: 'Builds', command: 'make', workdir: 'src', user: 'ci' } as const;
const built = task('built', {
  ...common, env: { A: 'x', N: 1 }, timeout: '30s', retries: 2, retryStrategy: 'linear',
  dependsOn: ['a', 'b'], artifacts: 'out/*', consumes: ['lib'], tags: ['slow'],
});
const chained = task('built')
  .description('Builds').command('make').workdir('src').user('ci')
  .env({ A: 'x', N: 1 }).timeout('30s').retries(2, 'linear')
  .dependsOn('a', ['b']).artifacts('out/*').consumes('lib').tags('slow').build();
workflow.define('one', { tasks: [built] });
workflow.define('two').tasks([chained]);
`),
    );
    const { workflows } = await sketch.load();
    const [one, two] = workflows.map((each) => each.tasks[0]);
    expect({ ...one, at: null }).toEqual({ ...two, at: null });
    expect(one).toMatchObject({
      env: { A: 'x', N: '1' },
      timeout: 30_000,
      retries: { count: 2, strategy: 'linear' },
      dependsOn: ['a', 'b'],
    });
    expect(one?.at).toEqual({ file: sketch.path('flow.sloth.ts'), line: 4, column: 15 });
  });

  test('every word of a workflow arrives', async () => {
    sketch = await sketchWorkflow(
      files(`
import { task, workflow } from 'sloth-runner';
const first = task('first').command('true');
workflow.define('flow')
  .description('All of it').version('2.1.0')
  .tasks({ first, second: { command: 'true', dependsOn: first } })
  .config({ timeout: '30m', requireLock: true, createSnapshot: false, validateBefore: true,
    detectDrift: true, onFailure: 'rollback', maxParallelTasks: 3 })
  .dependsOn('network', 'database')
  .requires({ files: ['app.yaml'], programs: 'kubectl', disk: '1MB' })
  .onStart('echo start').onComplete(() => true);
`),
    );
    const [flow] = (await sketch.load()).workflows;
    expect(flow).toMatchObject({
      name: 'flow',
      version: '2.1.0',
      config: {
        timeout: 1_800_000,
        requireLock: true,
        createSnapshot: false,
        onFailure: 'rollback',
        maxParallelTasks: 3,
      },
      dependsOn: ['network', 'database'],
      requires: { files: ['app.yaml'], programs: ['kubectl'] },
      onStart: { kind: 'shell', script: 'echo start' },
      onComplete: { kind: 'function' },
    });
    expect(flow?.tasks.map((each) => [each.name, each.dependsOn])).toEqual([
      ['first', []],
      ['second', ['first']],
    ]);
  });

  test('what is said after the workflow was defined counts as well', async () => {
    sketch = await sketchWorkflow(
      files(`
import { task, workflow } from 'sloth-runner';
const late = task('late');
workflow.define('flow', { tasks: [late] });
late.command('true').timeout(5);
`),
    );
    expect(firstTask(await sketch.load())).toMatchObject({ timeout: 5000 });
  });

  test.each([
    ["task('a', { dependsNo: 'b' })", "it has no 'dependsNo'", 'did you mean dependsOn?'],
    ["task('')", 'it has no name', 'name it'],
    ["workflow.define('x', { config: { require_lock: true } })", 'require_lock', 'requireLock'],
    ["workflow.define('x', { tasks: ['build'] as any })", 'is no task', 'list tasks'],
    ["workflow.define('x', { config: { timeout: 'soon' } })", 'no duration: soon', 'duration'],
  ])('%s is refused with a hint', async (mistake, reason, hint) => {
    sketch = await sketchWorkflow(
      files(`
import { task, workflow } from 'sloth-runner';
const made = ${mistake};
workflow.define('flow', { tasks: 'command' in made ? [made] : [] });
`),
    );
    await expect(sketch.load()).rejects.toMatchObject({
      code: 'workflow.invalid',
      details: { reason: expect.stringContaining(reason), hint: expect.stringContaining(hint) },
      source: { file: sketch.path('flow.sloth.ts'), line: 3 },
    });
  });

  test('a file that defines nothing is refused', async () => {
    sketch = await sketchWorkflow(files('export {};'));
    await expect(sketch.load()).rejects.toMatchObject({ code: 'workflow.none_defined' });
  });

  test('a missing file is refused', async () => {
    sketch = await sketchWorkflow({});
    await expect(sketch.load('none.ts')).rejects.toMatchObject({
      code: 'workflow.file_unreadable',
    });
  });
});

describe('modules', () => {
  const flow = (name: string): string =>
    `import { task, workflow } from 'sloth-runner';\nworkflow.define('${name}').tasks([task('a')]);\n`;

  test.each(['flow.ts', 'flow.mts', 'flow.js', 'flow.mjs', 'flow.sloth.ts'])(
    '%s is loaded as it is',
    async (name) => {
      sketch = await sketchWorkflow({ [name]: flow('found') });
      expect((await sketch.load(name)).workflows[0]?.name).toBe('found');
    },
  );

  test('other files are imported by any of the usual spellings', async () => {
    sketch = await sketchWorkflow({
      'flow.sloth.ts': `
import { workflow } from 'sloth-runner';
import { a } from './a.ts';
import { b } from './b.js';
import { c } from './c';
workflow.define('flow').tasks([a, b, c]);
`,
      'a.ts': `import { task } from 'sloth-runner'; export const a = task('a' satisfies string);`,
      'b.ts': `import { task } from 'sloth-runner'; export const b = task('b' as string);`,
      'c.mjs': `import { task } from 'sloth-runner'; export const c = task('c');`,
    });
    const [loaded] = (await sketch.load()).workflows;
    expect(loaded?.tasks.map((each) => each.name)).toEqual(['a', 'b', 'c']);
    expect(loaded?.tasks[1]?.at).toMatchObject({ file: sketch.path('b.ts'), line: 1 });
  });

  test('a second load sees what was changed since, also in an imported file', async () => {
    sketch = await sketchWorkflow({
      'flow.sloth.ts': `import { name } from './name.ts';\n${flow('x').replace("'x'", 'name')}`,
      'name.ts': "export const name = 'before';",
    });
    expect((await sketch.load()).workflows[0]?.name).toBe('before');
    await writeFile(sketch.path('name.ts'), "export const name = 'after';");
    expect((await sketch.load()).workflows[0]?.name).toBe('after');
  });

  test('files that load at the same time collect each its own workflows', async () => {
    const slow = (name: string): string =>
      `await new Promise((done) => setTimeout(done, 5));\n${flow(name)}`;
    sketch = await sketchWorkflow({ 'a.ts': slow('a'), 'b.ts': slow('b'), 'c.ts': flow('c') });
    const programs = await Promise.all(['a.ts', 'b.ts', 'c.ts'].map((name) => sketch.load(name)));
    const names = programs.map((each) => each.workflows.map((one) => one.name));
    expect(names).toEqual([['a'], ['b'], ['c']]);
  });

  test('the top level may use the machine, with its values at hand', async () => {
    sketch = await sketchWorkflow(
      files(`
import { env, exec, params, task, values, workflow } from 'sloth-runner';
const { stdout } = await exec.run(['echo', 'found']);
console.log('loading', Object.keys(values));
workflow.define(\`\${stdout.trim()}-\${values.size}-\${params.color}-\${env.REGION}\`).tasks([task('a')]);
`),
    );
    expect((await sketch.load()).workflows[0]?.name).toBe('found-3-blue-eu');
    expect(sketch.printed).toEqual(["loading [ 'size' ]"]);
  });
});

describe('errors while loading', () => {
  test('a syntax error in TypeScript', async () => {
    sketch = await sketchWorkflow(files('const a: number = 1;\nconst b = ;\n'));
    await expect(sketch.load()).rejects.toMatchObject({
      code: 'workflow.syntax',
      source: { file: sketch.path('flow.sloth.ts'), line: 2, column: 11, text: 'const b = ;' },
    });
  });

  test('a syntax error in JavaScript', async () => {
    sketch = await sketchWorkflow({ 'flow.mjs': 'const a = 1;\n\nconst b = ];\n' });
    await expect(sketch.load('flow.mjs')).rejects.toMatchObject({
      code: 'workflow.syntax',
      details: { reason: "Unexpected token ']'" },
      source: { file: sketch.path('flow.mjs'), line: 3, text: 'const b = ];' },
    });
  });

  test('what only the runtime finds, in an imported file', async () => {
    sketch = await sketchWorkflow({
      'flow.sloth.ts': "import './helper';",
      'helper.ts': 'const a: number = 1;\n  let a = 2;\n',
    });
    await expect(sketch.load()).rejects.toMatchObject({
      code: 'workflow.syntax',
      details: { reason: "Identifier 'a' has already been declared" },
      source: { file: sketch.path('helper.ts'), line: 2, column: 7 },
    });
  });

  test('a syntax error in an imported file', async () => {
    sketch = await sketchWorkflow({
      'flow.sloth.ts': "import './helper.ts';",
      'helper.ts': 'enum Size { Small }',
    });
    await expect(sketch.load()).rejects.toMatchObject({
      code: 'workflow.syntax',
      details: { reason: expect.stringContaining('enum') },
      source: { file: sketch.path('helper.ts'), line: 1 },
    });
  });

  test('a word that does not exist', async () => {
    sketch = await sketchWorkflow(files("\nimport { tsk } from 'sloth-runner';\ntsk('a');\n"));
    await expect(sketch.load()).rejects.toMatchObject({
      code: 'workflow.syntax',
      details: { reason: expect.stringContaining("'tsk'") },
      source: { file: sketch.path('flow.sloth.ts'), line: 2, column: 10 },
    });
  });

  test('an import that leads nowhere', async () => {
    sketch = await sketchWorkflow(files("const a = 1;\nimport { b } from './missing.ts';\n"));
    await expect(sketch.load()).rejects.toMatchObject({
      code: 'workflow.load_failed',
      source: { line: 2, column: 20, text: "import { b } from './missing.ts';" },
    });
  });

  test('an error that the file raises, with the line that raised it', async () => {
    sketch = await sketchWorkflow(
      files("function f(): never {\n  throw new Error('no');\n}\nf();\n"),
    );
    await expect(sketch.load()).rejects.toMatchObject({
      code: 'workflow.load_failed',
      details: { reason: 'no' },
      source: { line: 2, column: 9, text: "  throw new Error('no');" },
    });
  });

  test('a text that is no JSON is no syntax error of the file', async () => {
    sketch = await sketchWorkflow(files("\nJSON.parse('{');\n"));
    await expect(sketch.load()).rejects.toMatchObject({
      code: 'workflow.load_failed',
      source: { line: 2 },
    });
  });

  test('a call of the top level that was not awaited and failed', async () => {
    sketch = await sketchWorkflow(
      files(
        "import { fs, task, workflow } from 'sloth-runner';\nworkflow.define('a');\nfs.read('gone');\n",
      ),
    );
    await expect(sketch.load()).rejects.toMatchObject({
      code: 'host.call_failed',
      source: { line: 3, text: "fs.read('gone');" },
    });
  });
});
