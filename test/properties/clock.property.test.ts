import fc from 'fast-check';
import { expect, test } from 'vitest';
import { neverCrash } from '../../src/backend/crashPoint.ts';
import { createLogWriter } from '../../src/backend/StackWriter.ts';
import type { StateBackend } from '../../src/backend/StateBackend.ts';
import { createMemoryBackend } from '../../src/backends/memory/createMemoryBackend.ts';
import { createMemoryStore } from '../../src/backends/memory/MemoryStore.ts';
import { serialAt, serialBefore } from '../../src/engine/snapshots/serialAt.ts';
import type { Head } from '../../src/model/head.ts';
import { createStack } from '../../src/services/stacks/createStack.ts';
import { setValueCommand } from '../../src/services/state/valueCommands.ts';

const lineage = 'lineage';
const TOLERANCE = 5000;
const HOUR = 3_600_000;

/** Clocks that go on, stand still, are set right by a little, and are far off for a while. */
const clocks = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: HOUR }) },
    { weight: 1, arbitrary: fc.integer({ min: -TOLERANCE, max: -1 }) },
    { weight: 2, arbitrary: fc.integer({ min: -20 * HOUR, max: 20 * HOUR }) },
  ),
  { maxLength: 20 },
);

interface Written {
  readonly backend: StateBackend;
  readonly head: Head;
  /** What the clock said at each commit, and what the commit says. */
  readonly said: readonly number[];
  readonly times: readonly number[];
}

async function written(steps: readonly number[]): Promise<Written> {
  let now = 100 * HOUR;
  const said = [now];
  const backend = createMemoryBackend(createMemoryStore(), () => now);
  await createStack(backend, { name: 's', description: '', actor: 'tester', lineage });
  const [reach, sleep] = [neverCrash, async () => {}];
  const writer = createLogWriter({ backend, lineage, reach, random: () => 0, sleep }).as('a');
  const authority = { lockIds: new Set<string>(), execution: null, fence: null };
  for (const [index, step] of steps.entries()) {
    now += step;
    said.push(now);
    const context = { authority, probe: () => 'unknown' as const };
    await writer.submit(setValueCommand('value', 'k', { value: index }, context));
  }
  const head = (await backend.read({ lineage }, []))?.head as Head;
  return { backend, head, said, times: (await backend.commits(lineage)).map(({ at }) => at) };
}

test('a commit says what the clock says, whatever another one said before', async () => {
  await fc.assert(
    fc.asyncProperty(clocks, async (steps) => {
      const { backend, said, times } = await written(steps);
      for (const [index, at] of times.entries()) {
        const clock = said[index] ?? 0;
        expect(at - clock).toBeGreaterThanOrEqual(0);
        expect(at - clock).toBeLessThanOrEqual(TOLERANCE);
      }
      const back = times.flatMap((at, index) => (at < (times[index - 1] ?? 0) ? [index + 1] : []));
      const view = await backend.read({ lineage }, [{ kind: 'clock' }]);
      const recorded = [...(view?.content.clock.keys() ?? [])].map(Number);
      expect(recorded.sort((a, b) => a - b)).toEqual(back);
      const { events } = await backend.events({ lineage, types: ['clock.stepped'] });
      expect(events.map(({ serial }) => serial)).toEqual(back);
    }),
  );
});

test('a time finds the commit that comes closest to it, as looking at each would', async () => {
  await fc.assert(
    fc.asyncProperty(clocks, fc.integer({ min: 0, max: 200 * HOUR }), async (steps, at) => {
      const { backend, head, times } = await written(steps);
      const closest = Math.max(...times.filter((each) => each <= at));
      expect(await serialAt({ backend }, head, head.serial, at)).toBe(
        times.lastIndexOf(closest) + 1,
      );
    }),
  );
});

test('what is removed for its age is led to by nothing younger, but for times that have not come yet', async () => {
  await fc.assert(
    fc.asyncProperty(clocks, fc.nat(100 * HOUR), async (steps, age) => {
      const { backend, head, said, times } = await written(steps);
      const now = said.at(-1) ?? 0;
      const at = now - age;
      const isOld = (each: number): boolean => each <= at || each > now;
      const old = times.findLastIndex(
        (each, index) => each <= at && times.slice(0, index).every(isOld),
      );
      expect(await serialBefore({ backend }, head, head.serial, { at, now })).toBe(old + 1);
    }),
  );
});
