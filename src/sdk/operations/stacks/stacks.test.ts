import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectOutput, testStore } from '../testing/testStore.ts';

const store = testStore();
const stack = 's';

/** A stack with an output, a secret one, and an execution of two tasks. */
async function ran(): Promise<void> {
  const { run, location } = store.runner;
  const file = join(location.path, '..', 'w.sloth');
  const body = [
    'stack.set_output("n", 1)',
    'stack.set_output("secret", "hidden", { sensitive = true })',
    'print("said")',
  ];
  writeFileSync(
    file,
    `workflow.define("w"):tasks({ task("t"):command(function() ${body.join(' ')} end) })`,
  );
  await run({ file, stack, report: () => {} });
}

test('the operations on stacks give what their schemas say', async () => {
  const { client } = store.runner;
  const created = await client.stacks.create({ stack: 'other', description: 'for a try' });
  await ran();
  const list = await client.stacks.list({ status: 'completed' });
  const shown = await client.stacks.show({ stack });
  const then = await client.stacks.at({ stack, at: '#1' });
  const outputs = await client.stacks.outputs({ stack });
  const secret = { stack, key: 'secret' };
  const hidden = await client.stacks.output(secret);
  const open = await client.stacks.output({ ...secret, show_sensitive: true });
  const stale = await client.stacks.stale();
  const renamed = await client.stacks.rename({ stack: 'other', new_name: 'another' });
  const deleted = await client.stacks.delete({ stack: 'another' });
  expectOutput('stacks.create', created);
  expectOutput('stacks.list', list);
  expectOutput('stacks.show', shown);
  expectOutput('stacks.at', then);
  expectOutput('stacks.outputs', outputs);
  expectOutput('stacks.output', hidden);
  expectOutput('stacks.output', open);
  expectOutput('stacks.stale', stale);
  expectOutput('stacks.rename', renamed);
  expectOutput('stacks.delete', deleted);
  expect(created).toMatchObject({ name: 'other', description: 'for a try', status: 'created' });
  expect(list.map(({ name }) => name)).toEqual([stack]);
  expect(shown).toMatchObject({ ...list[0], latest_execution: { id: 'e1', status: 'success' } });
  expect(then).toMatchObject({ stack, label: '#1', serial: 1, outputs: 0 });
  expect(outputs.outputs).toEqual([
    { key: 'n', sensitive: false, value: 1 },
    { key: 'secret', sensitive: true },
  ]);
  expect([hidden.value, open.value]).toEqual([undefined, 'hidden']);
  expect(renamed).toMatchObject({ name: 'another', description: 'for a try' });
  await expect(client.stacks.show({ stack: 'another' })).rejects.toMatchObject({
    code: 'stack.not_found',
  });
});

test('the operations on executions give what their schemas say', async () => {
  const { client } = store.runner;
  await ran();
  const list = await client.executions.list({ stack });
  const shown = await client.executions.show({ stack });
  const printed = await client.executions.taskOutput({ stack, execution: 'e1', task: 't' });
  expectOutput('executions.list', list);
  expectOutput('executions.show', shown);
  expectOutput('executions.task_output', printed);
  expect(shown).toMatchObject({ ...list.executions[0], tasks: [{ task: 't' }] });
  expect(printed).toMatchObject({ printed: 'said\n', cut: false });
  await expect(client.executions.show({ stack, execution: 'e9' })).rejects.toMatchObject({
    code: 'execution.not_found',
  });
  await expect(
    client.executions.taskOutput({ stack, execution: 'e1', task: 'u' }),
  ).rejects.toMatchObject({ code: 'execution.no_task' });
});

test('the operations on the log give what their schemas say', async () => {
  const { client } = store.runner;
  await ran();
  const { serial } = await client.stacks.show({ stack });
  const log = await client.log.list({ stack, limit: 2 });
  expectOutput('log.list', log);
  expect(log.commits.map((commit) => commit.serial)).toEqual([serial - 1, serial]);
  expect((await client.log.list({ stack, limit: 0 })).commits).toHaveLength(serial);
});
