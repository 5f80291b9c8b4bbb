import { describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';

async function logged(box: Sandbox, file: string): Promise<string[]> {
  const { stdout } = await box.sloth('run', '--file', file, '--stack', 's');
  // What a failed task logged is told again with its failure.
  return [...new Set(stdout.split('\n').flatMap((line) => /⟩ (.*)$/.exec(line)?.[1] ?? []))];
}

const told = [
  'ok left 7: done, 1 k',
  'no: it returned false, 2',
  'late: timed out after 200ms',
  'whole false, late failed, no failed (it returned false), ok completed 7, after skipped',
];

describe('hooks are told the outcome', () => {
  test('in Lua', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `local ok = task("ok"):command(function() return true, "done", { n = 7 } end)
         :on_success(function(output, this, params, deps)
           log.info("⟩ ok left " .. output.n .. ": " .. output.message .. ", " .. this.attempt .. " " .. output.outputs.n and
             "⟩ ok left " .. output.n .. ": " .. output.message .. ", " .. this.attempt .. " k")
         end)
       local no = task("no"):retries(1):command(function() return false end)
         :on_failure(function(error, this) log.info("⟩ no: " .. error .. ", " .. this.attempt) end)
       local late = task("late"):timeout("200ms"):command(function() exec.run("sleep 9") end)
         :on_timeout(function(error) log.info("⟩ late: " .. error) end)
       local after = task("after"):depends_on({ no }):command("true")
       workflow.define("w"):tasks({ ok, no, late, after }):config({ max_parallel_tasks = 1 })
         :on_complete(function(success, results, this)
           log.info("⟩ whole " .. tostring(success) .. ", late " .. results.late.status ..
             ", no " .. results.no.status .. " (" .. results.no.error .. "), ok " .. results.ok.status ..
             " " .. results.ok.outputs.n .. ", after " .. results.after.status)
         end)`,
    );
    expect(await logged(box, 'w.sloth')).toEqual(told);
  });

  test('in TypeScript', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth.ts',
      `import { exec, log, task, workflow } from 'sloth-runner';
       const ok = task('ok').command(async () => [true, 'done', { n: 7 }])
         .onSuccess(async (output, self) => log.info(\`⟩ ok left \${output.n}: \${output.message}, \${self.attempt} k\`));
       const no = task('no').retries(1).command(async () => false)
         .onFailure(async (error, self) => log.info(\`⟩ no: \${error}, \${self.attempt}\`));
       const late = task('late').timeout('200ms').command(async () => { await exec.run('sleep 9'); })
         .onTimeout(async (error) => log.info('⟩ late: ' + error));
       const after = task('after').dependsOn(no).command('true');
       workflow.define('w').tasks([ok, no, late, after]).config({ maxParallelTasks: 1 })
         .onComplete(async (success, { late, no, ok, after }) => log.info(
           \`⟩ whole \${success}, late \${late.status}, no \${no.status} (\${no.error}), ok \${ok.status} \${ok.outputs.n}, after \${after.status}\`));`,
    );
    expect(await logged(box, 'w.sloth.ts')).toEqual(told);
  });

  test('a workflow whose tasks went well, too', async () => {
    const box = createSandbox();
    box.write(
      'w.sloth',
      `workflow.define("w"):tasks({ task("a"):command("echo x") })
         :on_complete(function(success, results) log.info("⟩ " .. tostring(success) .. " " .. results.a.status) end)`,
    );
    expect(await logged(box, 'w.sloth')).toEqual(['true completed']);
  });
});

test.each([
  ["exec.run('true', { workdri: '/' })", "no option 'workdri'; did you mean workdir?"],
  ["exec.run('true', { keepOutput: 'yes' })", "'keepOutput' must be a boolean, not a string"],
  ["fs.write('x', 'y', { mdoe: 0o644 })", "no option 'mdoe'; did you mean mode?"],
  ["fs.write('x', 'y', { mode: '0644' })", "'mode' must be a number, not a string"],
  ["http.get('http://127.0.0.1:1', { header: {} })", "no option 'header'; did you mean headers?"],
  ["stack.setOutput('x', 1, { sensitve: true })", "no option 'sensitve'; did you mean sensitive?"],
])('TypeScript: %s is an error at its line', async (call, reason) => {
  const box = createSandbox();
  box.write(
    'w.sloth.ts',
    `\uFEFF#!/usr/bin/env sloth-runner
     import { exec, fs, http, stack, task, workflow } from 'sloth-runner';
     workflow.define('w').tasks([task('t').command(async () => {
       await ${call} })]);`,
  );
  const { status, stdout, stderr } = await box.sloth('run', '--file', 'w.sloth.ts', '--stack', 's');
  expect(stderr).toBe('');
  expect(stdout).toContain(reason);
  expect(stdout).toContain('w.sloth.ts:4');
  expect(status).toBe(1);
});

test.each([
  ['tasks([a, undefined, a])', "'1' in its tasks is no task"],
  ['tasks([a, , a])', "'1' in its tasks is no task"],
  ['resources([undefined])', "'0' in its resources is no resource"],
])('TypeScript: a hole in %s is refused', async (call, reason) => {
  const box = createSandbox();
  box.write(
    'w.sloth.ts',
    `import { task, workflow } from 'sloth-runner';
     const a = task('a').command('true');
     workflow.define('w').${call};`,
  );
  const { status, stderr } = await box.sloth('run', '--file', 'w.sloth.ts', '--stack', 's');
  expect(stderr).toContain(reason);
  expect(stderr).toContain('w.sloth.ts:3');
  expect(status).toBe(1);
});
