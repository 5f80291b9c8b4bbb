import { expect, test } from 'vitest';
import type { JsonValue } from '../../../model/json.ts';
import { expectOutput, testStore } from '../testing/testStore.ts';

const store = testStore();
const stack = 's';

test('the operations on the state give what their schemas say', async () => {
  const { client } = store.runner;
  await client.stacks.create({ stack });
  const set = await client.state.set({ stack, key: 'a', value: { list: [1, null] } });
  await client.state.set({ stack, key: 'b', value: 'hidden', sensitive: true });
  const list = await client.state.list({ stack });
  const hidden = await client.state.get({ stack, key: 'b' });
  const open = await client.state.get({ stack, key: 'b', show_sensitive: true });
  const deleted = await client.state.delete({ stack, key: 'a' });
  expectOutput('state.set', set);
  expectOutput('state.list', list);
  expectOutput('state.get', hidden);
  expectOutput('state.get', open);
  expectOutput('state.delete', deleted);
  expect(list.values).toEqual([
    { key: 'a', sensitive: false, value: { list: [1, null] } },
    { key: 'b', sensitive: true },
  ]);
  expect(hidden).toEqual({ stack, key: 'b', sensitive: true });
  expect(open).toEqual({ stack, key: 'b', sensitive: true, value: 'hidden' });
});

const nested: unknown[] = [];
nested.push(nested);
const unkeepable: [string, unknown][] = [
  ['undefined', undefined],
  ['a date', new Date()],
  ['a function', () => 1],
  ['a number that is none', Number.NaN],
  ['a list with a gap', Object.assign([], { length: 1 })],
  ['a field without a value', { a: { b: undefined } }],
  ['a map', new Map([['a', 1]])],
  ['a symbol as a name', { [Symbol('a')]: 1 }],
  ['what contains itself', nested],
];
test.each(unkeepable)('%s is no value, and nothing is written', async (_, value) => {
  const { client } = store.runner;
  await client.stacks.create({ stack });
  const set = client.state.set({ stack, key: 'a', value: value as JsonValue });
  await expect(set).rejects.toMatchObject({
    code: 'usage.bad_input',
    details: { field: 'value' },
  });
  expect((await client.state.list({ stack })).values).toEqual([]);
});

test('what is not there is named, with what is like it', async () => {
  const { client } = store.runner;
  await client.stacks.create({ stack });
  await client.state.set({ stack, key: 'colour', value: 1 });
  const wanted = { stack, key: 'color' };
  const refused = { code: 'state.key_not_found', details: { near: ['colour'] } };
  await expect(client.state.get(wanted)).rejects.toMatchObject(refused);
  await expect(client.state.delete(wanted)).rejects.toMatchObject(refused);
});
