import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { neverCrash } from '../../src/backend/crashPoint.ts';
import { createMemoryBackend } from '../../src/backends/memory/createMemoryBackend.ts';
import { createMemoryStore } from '../../src/backends/memory/MemoryStore.ts';
import type { EngineContext } from '../../src/engine/context/EngineContext.ts';
import { acceptDrift } from '../../src/engine/drift/acceptDrift.ts';
import { detectDrift } from '../../src/engine/drift/detectDrift.ts';
import type { ApplySession, WantedObject } from '../../src/engine/objects/ApplySession.ts';
import { applyResource } from '../../src/engine/objects/applyResource.ts';
import { removeResource } from '../../src/engine/objects/removeResource.ts';
import { rollbackObjects } from '../../src/engine/objects/rollbackObjects.ts';
import { plainSealer } from '../../src/engine/secrets/testing/plainSealer.ts';
import { openStack } from '../../src/engine/stacks/openStack.ts';
import { putEntry } from '../../src/model/change.ts';
import type { ResourceEntry, ResourceOrigin } from '../../src/model/entry.ts';
import { canonicalJson } from '../../src/model/json.ts';
import type { ActualObject, Properties, Provider } from '../../src/model/provider.ts';
import { createContext } from '../../src/sdk/createContext.ts';
import { contentAt } from '../../src/services/snapshots/readSnapshot.ts';
import type { ConformanceCase } from '../../src/testing/ConformanceCase.ts';
import type { ProviderSubject } from '../../src/testing/ProviderSubject.ts';
import type { ProviderFactory } from '../../src/testing/providerConformance.ts';

/**
 * What the engine promises for the objects of every type: it deletes only what the stack made or was told
 * to own, what it found it puts back or lets go, what is to be left alone is, and what failed is told. Found,
 * imported and made × rollback and restore (which are one), destroy and prune (which are one).
 */
export function originConformance(factory: ProviderFactory): ConformanceCase[] {
  const withTrial =
    (use: (trial: Trial) => Promise<void>): (() => Promise<void>) =>
    async () => {
      const subject = await factory();
      try {
        // What is only checked can neither be found nor made.
        if (subject.provider.role !== 'checks') await use(await createTrial(subject));
      } finally {
        await subject.dispose();
      }
    };

  return [
    {
      name: 'what was there and unchanged is let go by destroy and prune, and stays as it is',
      run: withTrial(async ({ found, apply, remove, read, entry }) => {
        await found();
        const before = await read();
        strictEqual(await apply('properties'), 'unchanged');
        strictEqual((await entry())?.origin, 'found');
        strictEqual(await remove(), 'released');
        deepStrictEqual([await read(), await entry()], [before, undefined]);
      }),
    },
    {
      name: 'what was there and changed is put back by rollback and restore, and let go',
      run: withTrial(async (trial) => {
        const { found, apply, back, read, entry, isKept } = trial;
        await found();
        const before = await read();
        const serial = await trial.serial();
        await apply('changed');
        strictEqual((await entry())?.origin, 'found');
        // What can't be kept is said in the plan, and told when it is to be had back.
        if (!(await isKept())) return;
        deepStrictEqual(await back(serial), []);
        deepStrictEqual(canonicalJson(await read()), canonicalJson(before));
        strictEqual(await entry(), undefined);
      }),
    },
    {
      name: 'what was there and unchanged is let go by rollback and restore',
      run: withTrial(async (trial) => {
        const { found, apply, back, read, entry } = trial;
        await found();
        const before = await read();
        const serial = await trial.serial();
        await apply('properties');
        deepStrictEqual(await back(serial), []);
        deepStrictEqual([await read(), await entry()], [before, undefined]);
      }),
    },
    {
      name: 'what was imported stays at a rollback to before that, and goes with destroy',
      run: withTrial(async (trial) => {
        const { found, apply, become, back, remove, read, owns } = trial;
        await found();
        const before = await read();
        const serial = await trial.serial();
        await apply('properties');
        await become('imported');
        deepStrictEqual(await back(serial), []);
        deepStrictEqual(await read(), before);
        await apply('properties');
        await become('imported');
        strictEqual(await remove(), owns ? 'deleted' : 'released');
        if (owns) deepStrictEqual(await read(), { exists: false });
      }),
    },
    {
      name: 'what the stack made goes with a rollback, and with destroy and prune',
      run: withTrial(async (trial) => {
        const { apply, back, remove, read, entry, owns } = trial;
        if (!owns || (await read()).exists) return;
        const serial = await trial.serial();
        strictEqual(await apply('properties'), 'created');
        strictEqual((await entry())?.origin, 'made');
        deepStrictEqual(await back(serial), []);
        deepStrictEqual([await read(), await entry()], [{ exists: false }, undefined]);
        await apply('properties');
        strictEqual(await remove(), 'deleted');
        deepStrictEqual([await read(), await entry()], [{ exists: false }, undefined]);
      }),
    },
    {
      name: 'what is protected is not deleted, by no way',
      run: withTrial(async (trial) => {
        const { apply, protect, back, remove, read, owns } = trial;
        if (!owns || (await read()).exists) return;
        const serial = await trial.serial();
        await apply('properties');
        await protect();
        const before = await read();
        await rejects(remove(), { code: 'plan.protected' });
        strictEqual((await back(serial)).length, 1);
        deepStrictEqual(await read(), before);
      }),
    },
    {
      name: 'attributes that are ignored, kept or accepted stay when all else is changed',
      run: withTrial(async (trial) => {
        for (const way of ['ignore', 'keep', 'accept'] as const) await leaveAlone(trial, way);
      }),
    },
    {
      name: 'an apply that fails is drift until one succeeds, and loses nothing',
      run: withTrial(async (trial) => {
        const { found, apply, entry, drift, failing } = trial;
        await found();
        await rejects(apply('changed', { provider: failing }), { code: 'resource.failed' });
        strictEqual((await entry())?.status, 'failed');
        strictEqual(await drift(), 'failed');
        await apply('changed');
        deepStrictEqual([(await entry())?.status, await drift()], ['applied', 'in_sync']);
      }),
    },
  ];
}

/** Each attribute that a change would touch is left alone in turn. */
async function leaveAlone(trial: Trial, way: 'ignore' | 'keep' | 'accept'): Promise<void> {
  const { found, apply, accept, read, differing, remove } = trial;
  await found();
  const names = await differing();
  for (const name of names) {
    await apply('properties');
    const before = attributesOf(await read('changed'));
    if (way === 'accept') {
      // Declared as changed and disturbed to what was there: that is what somebody accepts.
      await apply('changed');
      await found();
      await accept(name);
    }
    const given = way === 'ignore' ? { ignore: [name] } : way === 'keep' ? { leave: [name] } : {};
    await apply('changed', given);
    const after = attributesOf(await read('changed'));
    deepStrictEqual(after[name] ?? null, before[name] ?? null, `${way} ${name}`);
    await found();
  }
  if (names.length > 0) await remove();
}

function attributesOf(actual: ActualObject): Readonly<Record<string, unknown>> {
  return actual.exists ? actual.attributes : {};
}

/** One object, and the stack that is to look after it. */
interface Trial {
  readonly owns: boolean;
  /** Makes the object as somebody else would, before or beside the stack. */
  readonly found: () => Promise<void>;
  /** Gives what was done, as `created`. */
  readonly apply: (
    as: 'properties' | 'changed',
    given?: { ignore?: string[]; leave?: string[]; provider?: Provider },
  ) => Promise<string>;
  readonly remove: () => Promise<'deleted' | 'released'>;
  /** Brings objects back to what the stack was at a serial; gives what could not be. */
  readonly back: (serial: number) => Promise<readonly unknown[]>;
  readonly serial: () => Promise<number>;
  readonly read: (as?: 'properties' | 'changed') => Promise<ActualObject>;
  readonly entry: () => Promise<ResourceEntry | undefined>;
  readonly become: (origin: ResourceOrigin) => Promise<void>;
  readonly protect: () => Promise<void>;
  readonly accept: (attribute: string) => Promise<void>;
  readonly drift: () => Promise<string | undefined>;
  /** Attributes that are not as the changed declaration has them, one by one changeable. */
  readonly differing: () => Promise<string[]>;
  /** Whether all that was there could be kept. */
  readonly isKept: () => Promise<boolean>;
  /** The provider, with an apply that does nothing and fails. */
  readonly failing: Provider;
}

const ADDRESS = 'subject.object';

async function createTrial(subject: ProviderSubject): Promise<Trial> {
  const { provider, machine } = subject;
  const context = contextWith(provider);
  const { createStack } = await import('../../src/services/stacks/createStack.ts');
  const lineage = context.newId();
  await createStack(context.backend, { name: 's', description: '', actor: 'test', lineage });
  const prepared = (as: 'properties' | 'changed'): Properties =>
    provider.prepare(subject[as], machine);
  const session = (): ApplySession => ({
    context,
    lineage,
    authority: { lockIds: new Set(), execution: null, fence: null },
    machine,
    changing: machine,
    isSecret: () => false,
    redact: (text) => text,
    kept: new Set(),
  });
  const entry = async (): Promise<ResourceEntry | undefined> => {
    const view = await context.backend.read({ lineage }, [{ kind: 'resource', name: ADDRESS }]);
    return view?.content.resource.get(ADDRESS);
  };
  const alter = async (change: (known: ResourceEntry) => ResourceEntry): Promise<void> => {
    const known = await entry();
    ok(known);
    const changes = [putEntry('resource', ADDRESS, change(known))];
    await context.writer(lineage).submit({
      operation: 'test',
      decide: () => ({ result: undefined, changes, events: [] }),
    });
  };
  return {
    owns: (provider.role ?? 'owns') === 'owns',
    failing: { ...provider, apply: async () => Promise.reject(new Error('no such luck')) },
    async found() {
      const properties = prepared('properties');
      const actual = await provider.read(properties, machine);
      await provider.apply(properties, actual, machine);
    },
    async apply(as, given = {}) {
      const wanted = wantedOf(given.provider ?? provider, prepared(as), given);
      return (await applyResource(session(), wanted, await entry())).verb;
    },
    async remove() {
      const known = await entry();
      ok(known);
      return (await removeResource(session(), ADDRESS, known, provider)).fate;
    },
    async back(serial) {
      const content = await contentAt(context.backend, lineage, serial);
      return (await rollbackObjects(session(), { content, serial })).failed;
    },
    serial: async () => (await openStack(context, 's')).serial,
    read: (as = 'properties') => provider.read(prepared(as), machine),
    entry,
    become: (origin) => alter((known) => ({ ...known, origin })),
    protect: () => alter((known) => ({ ...known, options: { ...known.options, protect: true } })),
    async accept(attribute) {
      const head = await openStack(context, 's');
      const request = { address: ADDRESS, attribute, reason: 'test', until: null, machine };
      await acceptDrift(context, head, request);
    },
    async drift() {
      const report = await detectDrift(context, { lineage, only: null, machine });
      return report.get(ADDRESS)?.status;
    },
    async differing() {
      const properties = prepared('changed');
      const expected = await provider.expected(properties, machine);
      // What only one of the two declares can't be set back by the other.
      const both = await provider.expected(prepared('properties'), machine);
      const actual = attributesOf(await provider.read(properties, machine));
      return Object.keys(expected).filter(
        (name) =>
          name in actual &&
          name in both &&
          provider.attributes[name]?.replaces !== true &&
          canonicalJson(expected[name]) !== canonicalJson(actual[name]),
      );
    },
    async isKept() {
      const view = await context.backend.read({ lineage }, [{ kind: 'preimage' }]);
      return [...(view?.content.preimage.values() ?? [])].every((image) => image.unkept === '');
    },
  };
}

function wantedOf(
  provider: Provider,
  properties: Properties,
  { ignore = [], leave = [] }: { ignore?: string[]; leave?: string[] },
): WantedObject {
  return {
    address: ADDRESS,
    provider,
    properties,
    identity: provider.identity(properties),
    dependencies: [],
    options: {
      severity: {},
      impact: {},
      ignore,
      protect: false,
      prune: true,
      sensitive: [],
      version: '',
    },
    leave,
    at: { file: 'w.sloth', line: 1 },
  };
}

/** A stack in memory, and one type of objects on the real machine. */
function contextWith(provider: Provider): EngineContext {
  const context = createContext({
    backend: createMemoryBackend(createMemoryStore(), Date.now),
    readOnly: false,
    inside: null,
    reach: neverCrash,
    providers: {},
    preImageMax: 1024 * 1024,
    groups: { folder: join(tmpdir(), 'sloth-no-groups'), isDedicated: false },
    notice: () => {},
    sealer: plainSealer,
    locks: { ids: () => new Set(), remember: () => {}, forget: () => {} },
  });
  const find = async (): Promise<Provider> => provider;
  return { ...context, providers: { ...context.providers, find } };
}
