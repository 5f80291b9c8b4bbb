import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { neverCrash } from '../../src/backend/crashPoint.ts';
import type { StateBackend } from '../../src/backend/StateBackend.ts';
import { createMemoryBackend } from '../../src/backends/memory/createMemoryBackend.ts';
import { createMemoryStore } from '../../src/backends/memory/MemoryStore.ts';
import { createSqliteBackend } from '../../src/backends/sqlite/createSqliteBackend.ts';
import type { EngineContext } from '../../src/engine/context/EngineContext.ts';
import { plainSealer } from '../../src/engine/secrets/testing/plainSealer.ts';
import { contentOfPoint, findPoint } from '../../src/engine/snapshots/findPoint.ts';
import { keepCheckpoint } from '../../src/engine/snapshots/takeSnapshot.ts';
import { openStack } from '../../src/engine/stacks/openStack.ts';
import { deleteEntry, putEntry } from '../../src/model/change.ts';
import type { Content } from '../../src/model/content.ts';
import { defaultConfiguration } from '../../src/sdk/configuration/Configuration.ts';
import { createContext } from '../../src/sdk/createContext.ts';
import { createStacksFacade } from '../../src/sdk/facade/stacks.ts';
import { createClient } from '../../src/sdk/operations/createClient.ts';
import { localCaller } from '../../src/sdk/operations/localCaller.ts';
import { operations } from '../../src/sdk/operations/operations.ts';
import type { Comparison } from '../../src/sdk/Runner.ts';
import { retentionPolicy } from '../../src/sdk/snapshots/retentionPolicy.ts';
import { sampleResource } from '../../src/testing/sampleHistory.ts';
import {
  type HistoryStep,
  historySteps,
  KEPT,
  type ModelSnapshot,
  naiveDifference,
  type Page,
} from './historyModel.ts';

const HOUR = 3_600_000;

/** Opens a store, and gives it away when the history is over. */
type UseStore = (
  clock: () => number,
  use: (backend: StateBackend) => Promise<void>,
) => Promise<void>;

const onMemory: UseStore = (clock, use) => use(createMemoryBackend(createMemoryStore(), clock));

const onSqlite: UseStore = async (clock, use) => {
  const folder = mkdtempSync(join(tmpdir(), 'sloth-property-'));
  const onBackupFailure = (error: Error): never => {
    throw error;
  };
  const path = join(folder, 's.db');
  const backend = createSqliteBackend({ path, clock, reach: neverCrash, onBackupFailure });
  try {
    await use(backend);
  } finally {
    await backend.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The real stack under its façade, with a clock that only moves by steps. */
function createSubject(backend: StateBackend, tick: () => number) {
  const context: EngineContext = createContext({
    backend,
    readOnly: false,
    inside: null,
    reach: neverCrash,
    providers: {},
    preImageMax: 1024,
    groups: { folder: join(tmpdir(), 'sloth-no-groups'), isDedicated: false },
    notice: () => {},
    sealer: plainSealer,
    locks: { ids: () => new Set(), remember: () => {}, forget: () => {} },
  });
  const configuration = {
    ...defaultConfiguration,
    snapshotRetention: 0,
    snapshotKeepLast: KEPT,
  };
  return {
    context,
    stacks: createStacksFacade(context),
    client: createClient(operations, {
      store: {
        contextFor: context.as,
        redactor: context.redactor,
        lockTimeout: HOUR,
        retention: retentionPolicy(configuration),
        cwd: '/',
        env: {},
      },
      caller: localCaller(context, null),
    }),
    tick,
    head: () => openStack(context, 's'),
  };
}
type Subject = ReturnType<typeof createSubject>;

/** What the model knows: all pages there ever were, by serial, and the snapshots that are there. */
interface Model {
  page: Page;
  readonly pages: Map<number, { readonly page: Page; readonly at: number }>;
  snapshots: ModelSnapshot[];
  nextVersion: number;
  /** Nothing before this serial can be looked at. */
  cut: number;
}

function pageOf(content: Content): Page {
  const values = [...content.value].map(([name, stored]): [string, number] => [
    `value.${name}`,
    (stored as { value: number }).value,
  ]);
  const resources = [...content.resource].map(([name, { identity }]): [string, number] => [
    `resource.${name}`,
    Number(identity),
  ]);
  return new Map([...values, ...resources].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sorted(page: Page): Page {
  return new Map([...page].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Does a step, to the stack and to the model. */
async function perform(step: HistoryStep, subject: Subject, model: Model): Promise<void> {
  const { stacks, client, context } = subject;
  const { snapshots } = client;
  const page = new Map(model.page);
  const chosen = 'index' in step ? model.snapshots[step.index % model.snapshots.length] : undefined;
  switch (step.type) {
    case 'value':
      if (step.to !== null) {
        await client.state.set({ stack: 's', key: step.name, value: step.to });
        page.set(`value.${step.name}`, step.to);
      } else if (page.delete(`value.${step.name}`))
        await client.state.delete({ stack: 's', key: step.name });
      break;
    case 'resource': {
      const { name, to } = step;
      const body = to === null ? null : sampleResource(String(to));
      await context.writer((await subject.head()).lineage).submit({
        operation: 'test',
        decide: () => ({
          result: undefined,
          events: [],
          changes: [
            body === null ? deleteEntry('resource', name) : putEntry('resource', name, body),
          ],
        }),
      });
      if (to === null) page.delete(`resource.${name}`);
      else page.set(`resource.${name}`, to);
      break;
    }
    case 'snapshot': {
      const tags = [...(step.automatic ? ['auto'] : []), ...(step.tag ? ['mine'] : [])];
      const creator = step.automatic ? 'system' : 'me';
      const { version } = await snapshots.create({ stack: 's', creator, tags });
      expect(version).toBe(`v${model.nextVersion++}`);
      model.snapshots.push({ version, page, prunable: step.automatic && !step.tag });
      break;
    }
    case 'restore': {
      if (chosen === undefined) break;
      const only = step.only === null ? {} : { only: step.only };
      const { undo } = await snapshots.restore({ stack: 's', version: chosen.version, ...only });
      // What was there is kept first, unless the newest snapshot holds just that.
      if (undo === `v${model.nextVersion}`) {
        model.nextVersion++;
        model.snapshots.push({ version: undo, page: model.page, prunable: true });
      } else {
        const known = model.snapshots.find((each) => each.version === undo);
        expect(sorted(known?.page ?? new Map())).toEqual(sorted(model.page));
      }
      const isValue = (name: string): boolean => name.startsWith('value.');
      const isWanted = (name: string): boolean => step.only === null || isValue(name);
      // Objects that came since stay with the stack, as long as their name is no other's.
      const then = new Set([...chosen.page].filter(([name]) => !isValue(name)).map(([, to]) => to));
      const stays = ([name, to]: readonly [string, number]): boolean =>
        !isValue(name) && !then.has(to) && !chosen.page.has(name);
      for (const each of page) if (isWanted(each[0]) && !stays(each)) page.delete(each[0]);
      for (const [name, to] of chosen.page) if (isWanted(name)) page.set(name, to);
      break;
    }
    case 'delete':
      if (chosen === undefined) break;
      await snapshots.delete({ stack: 's', version: chosen.version });
      model.snapshots = model.snapshots.filter((each) => each !== chosen);
      break;
    case 'prune': {
      const newest = new Set(model.snapshots.slice(-KEPT));
      const gone = model.snapshots.filter((each) => each.prunable && !newest.has(each));
      const { versions } = await snapshots.prune({ stack: 's' });
      expect(versions).toEqual(gone.map((each) => each.version));
      model.snapshots = model.snapshots.filter((each) => !gone.includes(each));
      break;
    }
    case 'checkpoint':
      await keepCheckpoint(context, await subject.head(), 2);
      break;
    case 'compact': {
      const serials = [...model.pages];
      const [, until] = serials[step.index % serials.length] ?? [0, { at: 0 }];
      const { upTo } = await stacks.compactLog('s', { keepFor: subject.tick() - until.at });
      model.cut = Math.max(model.cut, upTo);
      break;
    }
  }
  model.page = page;
}

function told({ values, resources }: Comparison): Record<string, string> {
  const all = [
    ...resources.map(({ name, change }): [string, string] => [`resource.${name}`, change]),
    ...values.map(({ name, change }): [string, string] => [`value.${name}`, change]),
  ];
  return Object.fromEntries(all);
}

/** Everything that the stack says of itself and of its past, held against the model. */
async function expectToAgree(subject: Subject, model: Model, pick: number): Promise<void> {
  const { stacks, context } = subject;
  const { snapshots } = subject.client;
  const head = await subject.head();
  const pageAt = async (name: string): Promise<Page> =>
    pageOf(await contentOfPoint(context, head, await findPoint(context, head, name)));
  expect(await pageAt('current')).toEqual(sorted(model.page));
  for (const [serial, { page }] of model.pages) {
    if (serial > model.cut) expect(await pageAt(`#${serial}`)).toEqual(sorted(page));
  }
  const listed = (await snapshots.list({ stack: 's' })).snapshots.map((each) => each.version);
  expect(listed).toEqual(model.snapshots.map((each) => each.version).toReversed());
  for (const { version, page } of model.snapshots) {
    expect(await pageAt(version)).toEqual(sorted(page));
  }
  const { snapshots: verdicts } = await snapshots.verify({ stack: 's' });
  expect(verdicts.filter((each) => !each.whole)).toEqual([]);
  expect(await stacks.verifyLog('s')).toMatchObject({ ok: true });
  const [from, to] = [pick, pick + 1].map((index) => {
    return model.snapshots[index % Math.max(1, model.snapshots.length)];
  });
  if (from === undefined || to === undefined) return;
  for (const [name, page] of [
    [to.version, to.page],
    ['current', model.page],
  ] as const) {
    const comparison = await snapshots.compare({ stack: 's', from: from.version, to: name });
    expect(told(comparison)).toEqual(naiveDifference(from.page, page));
  }
}

async function follow(
  steps: readonly HistoryStep[],
  subject: Subject,
  pick: number,
): Promise<void> {
  await subject.client.stacks.create({ stack: 's' });
  const model: Model = {
    page: new Map(),
    pages: new Map(),
    snapshots: [],
    nextVersion: 1,
    cut: 0,
  };
  for (const step of steps) {
    const at = subject.tick();
    await perform(step, subject, model);
    model.pages.set((await subject.head()).serial, { page: model.page, at });
  }
  await expectToAgree(subject, model, pick);
}

const drivers = [
  { name: 'memory', useStore: onMemory, runs: process.env.CI ? 10_000 : 1_000 },
  { name: 'sqlite', useStore: onSqlite, runs: 60 },
];

test.each(drivers)(
  'fold, checkpoint, snapshot, restore, compare, prune and compact agree with plain copies on $name',
  async ({ useStore, runs }) => {
    await fc.assert(
      fc.asyncProperty(historySteps, fc.nat({ max: 9 }), (steps, pick) => {
        let time = 1_000 * HOUR;
        const tick = (): number => {
          time += HOUR;
          return time;
        };
        return useStore(
          () => time,
          (backend) => follow(steps, createSubject(backend, tick), pick),
        );
      }),
      { numRuns: runs },
    );
  },
  600_000,
);

const COUNT = 12;

test('a snapshot that is deleted while it is compared is gone, not broken', async () => {
  const store = createMemoryBackend(createMemoryStore(), () => HOUR);
  let deleted = false;
  const racing: StateBackend = {
    ...store,
    chunk: async (hash) => {
      // Between the look at the labels and the reading of what they name.
      if (!deleted) {
        deleted = true;
        for (let n = 1; n < COUNT; n++)
          await other.client.snapshots.delete({ stack: 's', version: `v${n}` });
      }
      return store.chunk(hash);
    },
  };
  const other = createSubject(store, () => HOUR);
  const subject = createSubject(racing, () => HOUR);
  await other.client.stacks.create({ stack: 's' });
  // So much that the newest stands on a base of its own, and the first ones' chunks go with them.
  for (let n = 1; n <= COUNT; n++) {
    const value = randomBytes(20_000).toString('base64');
    await other.client.state.set({ stack: 's', key: 'a', value });
    await other.client.snapshots.create({ stack: 's' });
  }
  await expect(
    subject.client.snapshots.compare({ stack: 's', from: 'v1', to: `v${COUNT}` }),
  ).rejects.toMatchObject({
    code: 'snapshot.not_found',
  });
});
