import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { type Event, project, runAlone, up } from './upProject.ts';

function ledger(box: Sandbox): string[] {
  const path = join(box.folder, 'ledger');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

describe('running many stacks', () => {
  test('each runs as soon as those it needs are done, not group by group', async () => {
    const box = createSandbox();
    const wait = (name: string): string =>
      `for _ = 1, 400 do if fs.exists("${name}") then break end exec.run("sleep 0.02") end`;
    // 'slow' only ends once 'after-quick' has run: group by group, it never would.
    project(box, {
      quick: {},
      slow: { does: wait('reached') },
      'after-quick': { needs: ['quick'], does: 'fs.write("reached", "")' },
      last: { needs: ['slow', 'after-quick'] },
    });
    const { ends, status } = await up(box, 'last');
    expect([status, new Set(Object.values(ends))]).toEqual([0, new Set(['success'])]);
    const lines = ledger(box);
    expect(lines.indexOf('after-quick ends')).toBeLessThan(lines.indexOf('slow ends'));
    expect(lines.at(-2)).toBe('last begins');
  });

  test('never more at a time than allowed, the longest remaining way first', async () => {
    const box = createSandbox();
    project(box, { a: {}, b: { needs: ['a'] }, c: { needs: ['b'] }, x: {}, y: {} });
    await up(box, '--all', '--max-concurrent', '1');
    const lines = ledger(box);
    expect(
      lines.filter((_, index) => index % 2 === 0).every((each) => each.endsWith('begins')),
    ).toBe(true);
    expect(lines[0]).toBe('a begins');
    expect(lines.at(-1)).toMatch(/^[cxy] ends$/);
  });

  test("a failed stack's dependents are skipped with the reason; the rest stops, or goes on", async () => {
    const box = createSandbox();
    project(box, {
      bad: { does: 'error("no luck")' },
      needs: { needs: ['bad'] },
      deep: { needs: ['needs'] },
      other: { needs: ['fine'] },
      fine: { does: 'exec.run("sleep 1")' },
    });
    const first = await up(box, '--all');
    expect(first.status).toBe(1);
    expect(first.ends).toEqual({
      bad: 'failed',
      needs: 'skipped',
      deep: 'skipped',
      fine: 'success',
      other: 'stopped',
    });
    const skipped = first.events.find(
      (each) => each.type === 'stack.ended' && each.stack === 'deep',
    );
    expect(skipped?.reason).toBe('bad failed');
    const why = await box.sloth('why', 'needs');
    expect(why.stdout).toContain('It was skipped by the up of');
    expect(why.stdout).toContain('because of bad');
    const second = await up(box, '--all', '--keep-going');
    expect(second.ends).toMatchObject({ bad: 'failed', other: 'success', needs: 'skipped' });

    writeFileSync(
      join(box.folder, 'bad.sloth'),
      readFileSync(join(box.folder, 'bad.sloth'), 'utf8').replace('error("no luck")', ''),
    );
    const third = await up(box, '--resume');
    expect([third.status, third.ends]).toEqual([
      0,
      { bad: 'success', needs: 'success', deep: 'success' },
    ]);
    expect((await box.sloth('why', 'deep')).stdout).toContain('as it should be');
    expect((await box.sloth('up', '--resume', '--yes')).status).toBe(4);
  });

  test('a killed up is continued: nothing twice that was done, everything that was not', async () => {
    const box = createSandbox();
    const hang = 'if not fs.exists("go") then exec.run("sleep 30") end';
    project(box, {
      one: {},
      two: { needs: ['one'], does: hang },
      three: { needs: ['two'] },
      apart: {},
    });
    const running = box.start('up', '--all', '--yes', '--json');
    await running.printed('"stack":"two","message":{"type":"task.started"');
    const waiting = await box.sloth('why', 'three');
    expect(waiting.stdout).toContain('It waits for two');
    running.child.kill('SIGKILL');
    await running.ended;
    box.write('go', '');
    const { ends, status } = await up(box, '--resume');
    expect([status, ends]).toEqual([0, { two: 'success', three: 'success' }]);
    const lines = ledger(box);
    expect(lines.filter((line) => line === 'one begins')).toHaveLength(1);
    expect(lines.filter((line) => line === 'apart begins')).toHaveLength(1);
    expect(lines.filter((line) => line === 'three ends')).toHaveLength(1);
  });

  test('by tag, and with what is not in the project taken as it is', async () => {
    const box = createSandbox();
    project(box, { base: {}, web: { needs: ['base'], tags: 'site' }, job: { needs: ['base'] } });
    const { ends } = await up(box, '--tag', 'site');
    expect(ends).toEqual({ base: 'success', web: 'success' });
    await box.sloth('stack', 'deps', 'add', 'job', 'elsewhere');
    const refused = await box.sloth('up', 'job', '--yes');
    expect([refused.stderr, refused.status]).toEqual([
      expect.stringContaining("There is no stack 'elsewhere'"),
      1,
    ]);
    await box.sloth('stack', 'new', 'elsewhere');
    const unready = await box.sloth('up', 'job', '--yes');
    expect([unready.stderr, unready.status]).toEqual([
      expect.stringContaining("'elsewhere' has not run yet"),
      1,
    ]);
    await runAlone(box, 'elsewhere');
    expect((await up(box, 'job')).ends).toEqual({ base: 'success', job: 'success' });
  });

  test('a dependency that disappears meanwhile fails the stack that needs it, and nothing else', async () => {
    const box = createSandbox();
    project(box, {
      slow: { does: 'exec.run("sloth-runner stack delete outside --yes")' },
      web: { needs: ['slow', 'outside'] },
    });
    await runAlone(box, 'outside');
    const { ends, events } = await up(box, 'web');
    expect(ends).toEqual({ slow: 'success', web: 'failed' });
    const ended = events.find((each) => each.type === 'stack.ended' && each.stack === 'web');
    expect(ended?.reason).toBe("there is no stack 'outside'");
  });

  test('without a project, and with nothing named, it says what to do', async () => {
    const box = createSandbox();
    const { stderr, status } = await box.sloth('up', '--all');
    expect([stderr, status]).toEqual([expect.stringContaining('sloth-runner init'), 4]);
    project(box, { web: {} });
    expect((await box.sloth('up')).stderr).toContain('--affected or --stale');
    expect((await box.sloth('up', 'wep')).stderr).toContain('Did you mean web?');
    expect((await box.sloth('up', 'web')).stderr).toContain('--yes');
  });
});

/** A producer of an output, one that uses it at its top level, and one that uses that one's. */
function chain(box: Sandbox, value: string): void {
  box.write(
    'sloth.yaml',
    'stacks:\n  a: { file: a.sloth }\n  b: { file: b.sloth }\n  c: { file: c.sloth }\n',
  );
  box.write(
    'a.sloth',
    `local set = task("set"):command(function() stack.set_output("host", "${value}") return true end)
workflow.define("a"):tasks({ set }):outputs({ "host" })\n`,
  );
  box.write(
    'b.sloth',
    `local host = stack.output("a", "host")
local set = task("set"):command(function() stack.set_output("size", #host) return true end)
workflow.define("b"):tasks({ set }):resources({ resource.file("f", { path = "b.conf", content = host }) })\n`,
  );
  box.write(
    'c.sloth',
    `local use = task("use"):command(function() fs.append("c.log", tostring(stack.output("b", "size")) .. "\\n") return true end)
workflow.define("c"):tasks({ use }):depends_on("b")\n`,
  );
}

describe('what was read of other stacks', () => {
  test('an output that changed makes stale what read it; one cascade mends it, and no more', async () => {
    const box = createSandbox();
    chain(box, 'one');
    expect((await up(box, '--all')).status).toBe(0);
    expect((await up(box, '--stale')).events).toEqual([]);
    // Another value of the same length: 'b' is stale, and what 'c' read of it stays the same.
    chain(box, 'two');
    await box.sloth('run', '--file', 'a.sloth', '--stack', 'a');
    expect((await box.sloth('stack', 'list')).stdout).toMatch(/^b +completed \(stale\)/m);
    expect((await box.sloth('stack', 'show', 'b')).stdout).toContain(
      "output 'host' of 'a' has changed",
    );
    expect((await box.sloth('why', 'b')).stdout).toContain('sloth-runner up --stale');
    expect((await up(box, '--stale')).ends).toEqual({ b: 'success', c: 'unchanged' });
    chain(box, 'longer');
    await box.sloth('run', '--file', 'a.sloth', '--stack', 'a');
    expect((await up(box, '--stale')).ends).toEqual({ b: 'success', c: 'success' });
    expect(readFileSync(join(box.folder, 'c.log'), 'utf8')).toBe('3\n6\n');
    expect((await up(box, '--stale')).events).toEqual([]);
  });

  test('a dry run shows what is only known after an apply as unknown, and writes nothing', async () => {
    const box = createSandbox();
    chain(box, 'one');
    const { stdout, status } = await box.sloth('up', '--all', '--dry-run');
    expect(status).toBe(2);
    expect(stdout).toContain('content: (known after apply)');
    expect((await box.sloth('stack', 'list', '--json')).stdout.trim()).toBe('[]');
    await up(box, '--all');
    const again = await box.sloth('up', '--all', '--dry-run');
    expect([again.stdout, again.status]).toEqual([
      expect.not.stringContaining('known after apply'),
      0,
    ]);
  });

  test('an output that others use can not go unnoticed', async () => {
    const box = createSandbox();
    chain(box, 'one');
    await up(box, '--all');
    const path = join(box.folder, 'a.sloth');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"host"', '"address"'));
    for (const args of [
      ['run', '--file', 'a.sloth', '--stack', 'a', '--dry-run'],
      ['run', '--file', 'a.sloth', '--stack', 'a'],
    ]) {
      const { stderr, status } = await box.sloth(...args);
      expect([stderr, status]).toEqual([expect.stringContaining('B uses host'), 1]);
    }
    const forced = await box.sloth('run', '--file', 'a.sloth', '--stack', 'a', '--allow-breaking');
    expect(forced.status).toBe(0);
    expect((await box.sloth('stack', 'output', 'a')).stdout).toContain('address = one\n');
    expect((await box.sloth('why', 'b')).stdout).toContain("output 'host' of 'a' is gone");
  });

  test('a change from outside stops the stack that would revert it, until somebody decides', async () => {
    const box = createSandbox();
    chain(box, 'one');
    await up(box, '--all');
    box.write('b.conf', 'by hand');
    expect((await up(box, 'b')).ends).toEqual({ a: 'success', b: 'failed' });
    expect(readFileSync(join(box.folder, 'b.conf'), 'utf8')).toBe('by hand');
    expect((await up(box, 'b', '--on-drift', 'overwrite')).status).toBe(0);
    expect(readFileSync(join(box.folder, 'b.conf'), 'utf8')).toBe('one');
  });

  test('what a workflow says it publishes and does not set is a failure', async () => {
    const box = createSandbox();
    box.write(
      'a.sloth',
      'local idle = task("idle"):command("true")\nworkflow.define("a"):tasks({ idle }):outputs({ "host" })\n',
    );
    const { stdout, status } = await box.sloth('run', '--file', 'a.sloth', '--stack', 'a');
    expect([stdout, status]).toEqual([expect.stringContaining('it did not set: host'), 1]);
  });

  test('in TypeScript, too', async () => {
    const box = createSandbox();
    chain(box, 'one');
    box.write(
      'b.ts',
      `import { resource, stack, workflow } from 'sloth-runner';
const host = await stack.output('a', 'host');
export default workflow.define('b').resources([resource.file('f', { path: 'b.conf', content: host })]);\n`,
    );
    await box.sloth('run', '--file', 'a.sloth', '--stack', 'a');
    const { stderr, status } = await box.sloth('run', '--file', 'b.ts', '--stack', 'b');
    expect([stderr, status]).toEqual(['', 0]);
    expect(readFileSync(join(box.folder, 'b.conf'), 'utf8')).toBe('one');
    const missing = await box.sloth('run', '--file', 'c.sloth', '--stack', 'c');
    expect(missing.stdout).toContain("stack 'b' has no output 'size'");
  });

  test('a secret of another stack stays one, and the same secret again makes nothing stale', async () => {
    const box = createSandbox();
    box.write(
      'a.sloth',
      'local set = task("set"):command(function() stack.set_output("pw", "hunter2222", { sensitive = true }) return true end)\nworkflow.define("a"):tasks({ set })\n',
    );
    box.write(
      'b.sloth',
      'workflow.define("b"):resources({ resource.file("f", { path = "b.conf", content = stack.output("a", "pw") }) })\n',
    );
    await box.sloth('run', '--file', 'a.sloth', '--stack', 'a');
    const { stdout } = await box.sloth('run', '--file', 'b.sloth', '--stack', 'b', '--verbose');
    expect(stdout).not.toContain('hunter2222');
    expect(readFileSync(join(box.folder, 'b.conf'), 'utf8')).toBe('hunter2222');
    expect(readFileSync(box.db).includes('hunter2222')).toBe(false);
    await box.sloth('run', '--file', 'a.sloth', '--stack', 'a');
    expect((await box.sloth('stack', 'list')).stdout).not.toContain('stale');
  });
});

describe('taking down', () => {
  test('goes in reverse, with all that needs what goes', async () => {
    const box = createSandbox();
    chain(box, 'one');
    await up(box, '--all');
    const { stdout, status } = await box.sloth('down', 'b', '--yes', '--json');
    expect(status).toBe(0);
    const ended = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Event)
      .filter(({ type }) => type === 'stack.ended');
    expect(ended.map((each) => [each.stack, each.status])).toEqual([
      ['c', 'success'],
      ['b', 'success'],
    ]);
    expect(existsSync(join(box.folder, 'b.conf'))).toBe(false);
  });
});

test('init writes a project that runs, in both languages, over nothing that is there', async () => {
  const box = createSandbox();
  for (const [folder, ...flags] of [['lua'], ['ts', '--typescript']]) {
    expect((await box.sloth('init', folder ?? '', ...flags)).status).toBe(0);
    const file = join(box.folder, folder ?? '', 'sloth.yaml');
    const { stderr, status } = await box.sloth(
      'up',
      '--all',
      '--yes',
      '--project',
      file,
      '--db',
      join(box.folder, `${folder}.db`),
    );
    expect([stderr, status]).toEqual(['', 0]);
    const page = join(box.folder, folder ?? '', 'out/data/index.html');
    expect(readFileSync(page, 'utf8')).toBe('<h1>Hello</h1>\n');
    const again = await box.sloth('init', folder ?? '', ...flags);
    expect([again.stderr, again.status]).toEqual([expect.stringContaining('is there already'), 1]);
  }
});
