import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { project, runAlone, up } from './upProject.ts';

describe('what has changed in git', () => {
  const git = 'git -c user.name=t -c user.email=t@example.org';

  test('a workflow, its values, what it includes, the project file; with all that depends on it', async () => {
    const box = createSandbox();
    project(box, { a: {}, b: { needs: ['a'] }, c: {}, d: {}, e: {} });
    box.write('lib/words.lua', 'return {}\n');
    appendFileSync(join(box.folder, 'c.sloth'), 'local words = require("lib.words")\n');
    const yaml = join(box.folder, 'sloth.yaml');
    writeFileSync(
      yaml,
      readFileSync(yaml, 'utf8').replace(
        '    file: d.sloth\n',
        '    file: d.sloth\n    values: d.yaml\n',
      ),
    );
    box.write('d.yaml', 'x: 1\n');
    box.write('.gitignore', '/*\n!*.sloth\n!*.yaml\n!lib\n');
    await box.shell(`git init -q . && git add -A && ${git} commit -qm first`);
    const affected = async (): Promise<string[]> =>
      Object.keys((await up(box, '--affected', '--base', 'HEAD')).ends).sort();
    expect(await affected()).toEqual([]);
    appendFileSync(join(box.folder, 'a.sloth'), '-- changed\n');
    expect(await affected()).toEqual(['a', 'b']);
    box.write('lib/words.lua', 'return { 1 }\n');
    box.write('d.yaml', 'x: 2\n');
    expect(await affected()).toEqual(['a', 'b', 'c', 'd']);
    await box.shell(`git add -A && ${git} commit -qm second`);
    writeFileSync(
      yaml,
      readFileSync(yaml, 'utf8')
        .replace(/ {2}e:[^]*$/, '')
        .replace('  c:\n', '  c:\n    description: other\n'),
    );
    expect(await affected()).toEqual(['c']);
    const { stdout } = await box.sloth('up', '--affected', '--dry-run');
    expect(stdout).toContain('Not in the project any more, and left as they are: e');
    // Who still needs what has left is affected, and told what it lacks.
    await runAlone(box, 'e');
    await box.sloth('stack', 'deps', 'add', 'a', 'e');
    expect(await affected()).toEqual(['a', 'b', 'c']);
    const wrong = await box.sloth('up', '--affected', '--base', 'nowhere');
    expect([wrong.stderr, wrong.status]).toEqual([expect.stringContaining('Git: '), 1]);
  });

  /** A project of one stack in a repository, with one commit. */
  async function repository(workflow: string, more: Record<string, string> = {}): Promise<Sandbox> {
    const box = createSandbox();
    box.write('repo/sloth.yaml', 'stacks:\n  a: { file: a.sloth }\n');
    box.write(
      'repo/a.sloth',
      `${workflow}\nworkflow.define("a"):tasks({ task("t"):command("true") })\n`,
    );
    for (const [name, text] of Object.entries(more)) box.write(`repo/${name}`, text);
    await box.shell(`cd repo && git init -q . && git add -A && ${git} commit -qm first`);
    return box;
  }

  async function whyAffected(box: Sandbox, before = '', ...more: string[]): Promise<string> {
    const flags = ['--affected', '--dry-run', ...more].join(' ');
    const { stdout, stderr } = await box.shell(`cd repo && ${before} sloth-runner up ${flags}`);
    return /^ {2}a +(.*)/m.exec(stdout)?.[1] ?? (stderr || stdout.trim());
  }

  test.each([
    ['a folder that is named', 'local x = "conf/"', 'conf/deep/x', 'conf/deep/x changed'],
    ['a folder without a slash', 'local x = "conf"', 'conf/x', 'conf/x changed'],
    ['a folder beside it', 'local x = "../lib"', '../lib/x', '../lib/x changed'],
    ['the folder that all lies in', 'local x = { ".", "..", "./", "/" }', 'other', 'Nothing to do'],
    ['a name that no file can have', `local x = "a/${'x'.repeat(5000)}"`, 'other', 'Nothing to do'],
    [
      'blanks and letters of others',
      'local x = "conf/ä b \u00e9"',
      'conf/ä b é',
      'conf/ä b é changed',
    ],
  ])('%s', async (_, workflow, file, said) => {
    const box = await repository(workflow.replace('\u00e9', 'é'), { 'conf/y': '' });
    // The project is the whole repository but for what lies beside it.
    await box.shell(
      `mv repo inner && mkdir repo && mv inner repo/inner && mv repo/inner/.git repo`,
    );
    await box.shell(`cd repo && git add -A && ${git} commit -qm moved`);
    await box.shell('mv repo outer && ln -s outer/inner repo');
    expect(await whyAffected(box)).toBe('Nothing to do');
    box.write(`outer/inner/${file}`, 'new');
    expect(await whyAffected(box)).toBe(said);
  });

  test('what is deleted, and what is put elsewhere, has changed', async () => {
    const named = 'local x = { "conf/x", "gone" }';
    const box = await repository(named, { 'conf/x': 'some text', 'gone/y': 'y' });
    await box.shell('cd repo && git mv conf/x z');
    expect(await whyAffected(box)).toBe('conf/x changed');
    await box.shell('cd repo && git mv z conf/x && rm -r gone');
    expect(await whyAffected(box)).toBe('Nothing to do');
    await box.shell('cd repo && rm -r conf');
    expect(await whyAffected(box)).toBe('conf/x changed');
  });

  test('a submodule, another repository inside, a fifo and bytes that are no text', async () => {
    const box = await repository('local x = { "sub/x", "pipe/p", "own/z" }', { 'pipe/y': '' });
    await box.shell(`git init -q lib && cd lib && touch x && git add -A && ${git} commit -qm one`);
    const add = 'git -c protocol.file.allow=always submodule --quiet add ../lib sub';
    const setUp = await box.shell(
      `cd repo && ${add} && mkfifo pipe/p && printf x > "$(printf 'odd\\377')" && git add -A && ${git} commit -qm sub`,
    );
    expect(setUp.stderr).toBe('');
    expect(await whyAffected(box)).toBe('Nothing to do');
    await box.shell(`cd repo && printf y > "$(printf 'odd\\377')"`);
    expect(await whyAffected(box)).toBe('Nothing to do');
    await box.shell('cd repo && echo more > sub/x');
    expect(await whyAffected(box)).toBe('sub changed');
    await box.shell('cd repo/sub && git checkout -q x && cd .. && git init -q own && touch own/z');
    expect(await whyAffected(box)).toBe('own changed');
  });

  test('an included project file that goes takes its stacks with it', async () => {
    const box = await repository('', {
      'sloth.yaml': 'include: [more.yaml]\nstacks:\n  a: { file: a.sloth }\n',
      'more.yaml': 'stacks:\n  b: { file: a.sloth }\n',
    });
    box.write('repo/sloth.yaml', 'stacks:\n  a: { file: a.sloth }\n');
    await box.shell('rm repo/more.yaml');
    const { stdout } = await box.shell('cd repo && sloth-runner up --affected --dry-run');
    expect(stdout).toContain('Not in the project any more, and left as they are: b');
  });

  test('what git can not tell is one clear error', async () => {
    const box = await repository('');
    expect(await whyAffected(box, '', '--base', '-x')).toContain('needs a value');
    expect(await whyAffected(box, '', '--base=--all')).toContain("there is no revision '--all'");
    expect(await whyAffected(box, '', '--base', 'v9')).toContain("there is no revision 'v9'");
    expect(await whyAffected(box, 'PATH=$(dirname $(command -v sloth-runner))')).toContain(
      'the program git is not installed',
    );
    // As in a hook: git says where its repository is, which is not this one.
    expect(await whyAffected(box, 'GIT_DIR=/nowhere GIT_INDEX_FILE=/nowhere')).toBe(
      'Nothing to do',
    );
    await box.shell('mv repo full && git clone -q --depth 1 "file://$PWD/full" repo');
    expect(await whyAffected(box, '', '--base', 'HEAD~1')).toContain('git fetch --unshallow');
    await box.shell('rm -rf repo/.git && cd repo && git init -q .');
    expect(await whyAffected(box)).toContain('there is no commit yet');
    await box.shell('rm -rf repo/.git');
    expect(await whyAffected(box)).toMatch(/not a git repository/);
  });
});
