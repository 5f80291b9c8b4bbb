import { expect, test } from 'vitest';
import type { ShownEvent } from '../shown/event.ts';
import { expectOutput, testStore } from '../testing/testStore.ts';

const store = testStore();
const stack = 's';
const typesOf = (events: readonly ShownEvent[]): string[] => events.map(({ type }) => type);

test('the operations on events give what their schemas say', async () => {
  const { client } = store.runner;
  const { lock } = await client.locks.acquire({ stack });
  const list = await client.events.list();
  const shown = await client.events.show({ stack, serial: 2 });
  expectOutput('events.list', list);
  expectOutput('events.show', shown);
  expect(typesOf(list.events)).toEqual(['stack.created', 'lock.acquired']);
  expect(shown).toEqual(list.events.slice(1));
  expect(shown[0]?.data).toMatchObject({
    locked_by: lock.locked_by,
    expires_at: lock.expires_at,
  });
  await expect(client.events.show({ stack, serial: 9 })).rejects.toMatchObject({
    code: 'events.none_at',
  });
});

test('whoever reads on from a cursor misses nothing, however much it is', async () => {
  const { client } = store.runner;
  await client.locks.acquire({ stack });
  const { cursor } = await client.events.list();
  for (let n = 0; n < 60; n++) await client.state.set({ stack, key: 'k', value: n });
  const after = await client.events.list({ after: cursor });
  expect(after.events).toHaveLength(60);
  expect((await client.events.list({ after: after.cursor })).events).toEqual([]);
  expect((await client.events.list()).events).toHaveLength(50);
  expect((await client.events.list({ limit: 0 })).events).toHaveLength(62);
});

test('events are chosen by type, time and severity', async () => {
  const { client } = store.runner;
  await client.locks.acquire({ stack });
  await client.locks.forceRelease({ stack });
  const types = async (filter: Parameters<typeof client.events.list>[0]): Promise<string[]> =>
    typesOf((await client.events.list(filter)).events);
  expect(await types({ type: ['lock.*'] })).toEqual(['lock.acquired', 'lock.force_released']);
  expect(await types({ severity: 'warning' })).toEqual(['lock.force_released']);
  expect(await types({ since: '1h' })).toHaveLength(3);
  expect(await types({ since: '2099-01-01' })).toEqual([]);
  for (const [field, value] of [
    ['since', 'yesterday 1'],
    ['after', 'x'],
    ['limit', 1.5],
    ['severity', 'loud'],
  ] as const) {
    await expect(client.events.list({ [field]: value })).rejects.toMatchObject({
      code: 'usage.bad_input',
      details: { field },
    });
  }
});

test('events are followed until nobody listens, and on from there', async () => {
  const { client } = store.runner;
  await client.locks.acquire({ stack });
  const told: ShownEvent[] = [];
  const listening = new AbortController();
  const followed = client.events.follow(
    { stack, limit: 1 },
    {
      signal: listening.signal,
      onProgress(event) {
        told.push(event);
        if (told.length === 2) listening.abort();
      },
    },
  );
  await expect.poll(() => told.length).toBe(1);
  await client.state.set({ stack, key: 'k', value: 1 });
  const { cursor } = await followed;
  expectOutput('events.follow', { cursor });
  expect(typesOf(told)).toEqual(['lock.acquired', 'stack.updated']);
  expect((await client.events.list({ after: cursor })).events).toEqual([]);
});
