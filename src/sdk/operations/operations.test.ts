import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { catalogue, type ErrorCode } from '../../errors/catalogue.ts';
import { isSlothError } from '../../errors/SlothError.ts';
import { openRunner } from '../openRunner.ts';
import type { Operation, Schema } from './Operation.ts';
import { operations } from './operations.ts';
import { testStore } from './testing/testStore.ts';

type Any = Operation<Schema, Schema, Schema>;
const table: readonly [string, Any][] = Object.entries(operations);

/** Errors that any operation may reject with. */
const COMMON = ['usage.bad_input', 'stack.bad_name', 'stack.not_found', 'permission.denied'];

const store = testStore();

const entriesOf = (schema: Schema): Readonly<Record<string, Schema>> =>
  (schema as { readonly entries?: Readonly<Record<string, Schema>> }).entries ?? {};

describe('the table', () => {
  test('holds every operation that is declared, under its id', () => {
    expect(table.filter(([id, each]) => id !== each.id)).toEqual([]);
    const declared = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .map((path) => readFileSync(join(import.meta.dirname, path), 'utf8'))
      .filter((text) => text.includes('= operation({'))
      .map((text) => /\bid: '([^']+)'/.exec(text)?.[1]);
    expect(table.map(([id]) => id).toSorted()).toEqual(declared.toSorted());
  });

  test.each(table)('%s says what it is, in the words of all', (_, each) => {
    expect(each.id).toMatch(/^[a-z]+\.[a-z]+(_[a-z]+)*$/);
    expect(each.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(each.input.type).toBe('strict_object');
    const fields = Object.keys(entriesOf(each.input));
    expect(fields.filter((name) => !/^[a-z]+(_[a-z]+)*$/.test(name))).toEqual([]);
    const places = [...each.http.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(places.filter((name) => !fields.includes(name ?? ''))).toEqual([]);
    expect(each.errors.filter((code) => !(code in catalogue))).toEqual([]);
    const method = {
      read: ['GET'],
      write: ['POST', 'PUT', 'PATCH', 'DELETE'],
      destroy: ['POST', 'DELETE'],
    };
    expect(method[each.effect]).toContain(each.http.method);
  });

  test('has one operation for each place in HTTP', () => {
    const places = table.map(
      ([, { http }]) => `${http.method} ${http.path.replace(/\{\w+\}/g, '{}')}`,
    );
    expect(new Set(places).size).toBe(places.length);
  });

  test('is what the client has', () => {
    const methods = Object.entries(store.runner.client).flatMap(([group, all]) =>
      Object.keys(all).map(
        (name) => `${group}.${name.replace(/[A-Z]/g, (a) => `_${a.toLowerCase()}`)}`,
      ),
    );
    expect(methods.toSorted()).toEqual(table.map(([id]) => id).toSorted());
  });
});

/** What no schema expects in some field: of the wrong type, out of range, huge, or a name with a meaning. */
const garbage = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }),
  fc.constantFrom<unknown>('', ' ', '\0', '-1', '1e999', -1, Number.NaN, Infinity, 2 ** 53, null),
  fc.constant('x'.repeat(100_000)),
);

/** Inputs that are right in parts: most of what goes wrong does so in one field. */
function inputsOf(schema: Schema): fc.Arbitrary<unknown> {
  const fields = Object.keys(entriesOf(schema));
  const values = fc.oneof(garbage, fc.constantFrom<unknown>('web', '5m', 0, true));
  const record = fc.dictionary(
    fc.constantFrom(...fields, 'extra', '__proto__', 'constructor'),
    values,
  );
  return fc.oneof(garbage, record);
}

test.each(table)(
  '%s rejects with one error of ours for whatever it is given, and writes nothing then',
  async (_, each) => {
    await fc.assert(
      fc.asyncProperty(inputsOf(each.input), async (input) => {
        const isGood = v.safeParse(each.input, input).success;
        // What goes on until nobody listens any more has nobody from the first moment.
        const before = await store.runner.client.stacks.list();
        const options = each.id === 'events.follow' ? { signal: AbortSignal.abort() } : {};
        const [code, field] = await store.runner.call(each, input, options).then(
          () => ['', ''],
          (error: unknown) => {
            if (!isSlothError(error)) throw error;
            return [error.code, (error.details as { field?: string }).field ?? ''];
          },
        );
        if (isGood) expect(['', ...COMMON, ...each.errors]).toContain(code);
        else {
          expect(code).toBe('usage.bad_input' satisfies ErrorCode);
          expect(typeof field).toBe('string');
        }
        // A commit, whatever it is of, shows in the head of its stack.
        if (!isGood) expect(await store.runner.client.stacks.list()).toEqual(before);
      }),
      { numRuns: 100 },
    );
  },
);

test('a listener that throws ends the call with what it threw, and leaves nothing behind', async () => {
  const other = await openRunner({
    db: join(store.folder, 'stacks.db'),
    env: { HOME: join(store.folder, 'other') },
    cwd: store.folder,
  });
  await other.client.locks.acquire({ stack: 'web', locked_by: 'ana' });
  const thrown = new Error('not ours');
  const waiting = store.runner.client.locks.acquire(
    { stack: 'web', wait: '1h' },
    {
      onProgress: () => {
        throw thrown;
      },
    },
  );
  await expect(waiting).rejects.toBe(thrown);
  const { lock, waiters } = await other.client.locks.status({ stack: 'web' });
  expect([lock?.locked_by, waiters]).toEqual(['ana', []]);
  await other.close();
});

describe('locks', () => {
  test('give what their schemas say', async () => {
    const acquired = await store.runner.client.locks.acquire({
      stack: 'web',
      reason: 'x',
      ttl: '5m',
    });
    const status = await store.runner.client.locks.status({ stack: 'web' });
    const list = await store.runner.client.locks.list();
    const broken = await store.runner.client.locks.forceRelease({ stack: 'web' });
    await store.runner.client.locks.acquire({ stack: 'web' });
    const released = await store.runner.client.locks.release({ stack: 'web' });
    const all: [keyof typeof operations, unknown][] = [
      ['locks.acquire', acquired],
      ['locks.status', status],
      ['locks.list', list],
      ['locks.force_release', broken],
      ['locks.release', released],
    ];
    for (const [id, output] of all) {
      expect(v.safeParse(operations[id].output, output).issues ?? [], id).toEqual([]);
    }
    expect(Date.parse(acquired.lock.expires_at) - Date.parse(acquired.lock.locked_at)).toBe(
      300_000,
    );
    expect(status).toMatchObject({ locked: true, condition: 'held', lock: acquired.lock });
    expect(list).toHaveLength(1);
  });
});
