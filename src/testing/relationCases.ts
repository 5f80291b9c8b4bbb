import assert from 'node:assert/strict';
import type { StateBackend } from '../backend/StateBackend.ts';
import { putEntry } from '../model/change.ts';
import { append, created } from './append.ts';
import type { ConformanceCase } from './ConformanceCase.ts';
import { nextCommit } from './commitFactory.ts';
import { sampleResource } from './sampleHistory.ts';

/** Makes a case of a suite that always has two clients of one store. */
export type MakeCase = (
  name: string,
  body: (first: StateBackend, second: StateBackend) => Promise<void>,
) => ConformanceCase;

/** The part of the contract on how stacks relate: who needs whom, who is stale, who owns an object. */
export function relationCases(test: MakeCase): ConformanceCase[] {
  return [
    test('lists filter by status and by dependency, sorted by name', async (first, second) => {
      for (const [lineage, name] of [
        ['l1', 'b'],
        ['l2', 'a'],
        ['l3', 'c'],
      ] as const) {
        await append(first, [created(lineage, name)]);
      }
      const head = (await second.read({ name: 'c' }, []))?.head;
      await append(second, [
        nextCommit('l3', head, {
          changes: [
            { type: 'stack.put', status: 'failed' },
            putEntry('dependency', 'a', { declaredBy: 'test' }),
          ],
        }),
      ]);
      const names = async (filter?: Parameters<StateBackend['list']>[0]): Promise<string[]> =>
        (await first.list(filter)).map((each) => each.name);
      assert.deepEqual(await names(), ['a', 'b', 'c']);
      assert.deepEqual(await names({ status: 'failed' }), ['c']);
      assert.deepEqual(await names({ dependsOn: 'a' }), ['c']);
      assert.deepEqual(await names({ dependsOn: 'b' }), []);
    }),

    test('a stack is stale once an output that it read is another, gone, or of another stack', async (first, second) => {
      const output = (value: number) => putEntry('output', 'host', { value });
      const a = created('l1', 'a');
      const a2 = nextCommit('l1', a, {
        changes: [output(1), putEntry('output', 'p', { value: 1 })],
      });
      const seen = { serial: 2, execution: 'e1' };
      const used = { lineage: 'l1', outputs: { host: seen, p: seen } };
      const b = created('l2', 'b');
      const use = putEntry('dependency', 'a', { declarations: [], used });
      await append(first, [a, a2]);
      await append(first, [b, nextCommit('l2', b, { changes: [use] })]);
      assert.deepEqual(await second.staleUses(), []);
      const a3 = nextCommit('l1', a2, { changes: [putEntry('value', 'x', { value: 1 })] });
      const a4 = nextCommit('l1', a3, { changes: [output(2)] });
      await append(second, [a3]);
      assert.deepEqual(await first.staleUses(), []);
      await append(second, [a4]);
      const stale = { stack: 'b', producer: 'a', output: 'host' };
      assert.deepEqual(await first.staleUses(), [{ ...stale, reason: 'changed' }]);
      const a5 = nextCommit('l1', a4, {
        changes: [{ type: 'entry.delete', kind: 'output', name: 'host' }],
      });
      await append(second, [a5]);
      assert.deepEqual(await first.staleUses(), [{ ...stale, reason: 'gone' }]);
      await append(first, [nextCommit('l1', a5, { changes: [{ type: 'stack.delete' }] })]);
      const other = created('l3', 'a');
      await append(first, [other, nextCommit('l3', other, { changes: [output(2)] })]);
      assert.deepEqual(await second.staleUses(), [
        { ...stale, reason: 'replaced' },
        { stack: 'b', producer: 'a', output: 'p', reason: 'gone' },
      ]);
    }),

    test('an object is found by what it is, in whichever living stack claims it', async (first, second) => {
      const claim = putEntry('resource', 'file.a', sampleResource('/etc/x'));
      const other = putEntry('resource', 'file.b', sampleResource('/etc/y'));
      const a = created('l1', 'a');
      const b = created('l2', 'b');
      await append(first, [a, nextCommit('l1', a, { changes: [claim, other] })]);
      await append(first, [b, nextCommit('l2', b, { changes: [claim] })]);
      const stacks = async (): Promise<string[]> =>
        (await second.owners({ type: 'file', identity: '/etc/x' })).map((each) => each.stack);
      const [owner] = await second.owners({ type: 'file', identity: '/etc/x' });
      assert.deepEqual(owner, { lineage: 'l1', stack: 'a', address: 'file.a', host: 'h' });
      assert.deepEqual(await stacks(), ['a', 'b']);
      assert.deepEqual(await second.owners({ type: 'line', identity: '/etc/x' }), []);
      const head = (await second.read({ name: 'a' }, []))?.head;
      const gone = { type: 'entry.delete', kind: 'resource', name: 'file.a' } as const;
      await append(second, [nextCommit('l1', head, { changes: [gone] })]);
      assert.deepEqual(await stacks(), ['b']);
      const last = (await second.read({ name: 'b' }, []))?.head;
      await append(first, [nextCommit('l2', last, { changes: [{ type: 'stack.delete' }] })]);
      assert.deepEqual(await stacks(), []);
    }),
  ];
}
