import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/backend/Command.ts';
import { neverCrash } from '../../src/backend/crashPoint.ts';
import { foldLog } from '../../src/backend/foldLog.ts';
import type { WriteAuthority } from '../../src/backend/guardWrite.ts';
import { createLogWriter, type StackWriter } from '../../src/backend/StackWriter.ts';
import type { StateBackend } from '../../src/backend/StateBackend.ts';
import { verifyLog } from '../../src/backend/verifyLog.ts';
import { createMemoryBackend } from '../../src/backends/memory/createMemoryBackend.ts';
import { createMemoryStore } from '../../src/backends/memory/MemoryStore.ts';
import { createSqliteBackend } from '../../src/backends/sqlite/createSqliteBackend.ts';
import { takeSnapshot } from '../../src/engine/snapshots/takeSnapshot.ts';
import { hasCode } from '../../src/errors/SlothError.ts';
import type { Commit } from '../../src/model/commit.ts';
import { type Content, entriesOf } from '../../src/model/content.ts';
import type { StoredValue } from '../../src/model/entry.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { contentAt } from '../../src/services/snapshots/readSnapshot.ts';
import { restoreCommand } from '../../src/services/snapshots/restoreCommand.ts';
import { createStack } from '../../src/services/stacks/createStack.ts';
import {
  compareSwapCommand,
  deleteValueCommand,
  incrementCommand,
  setValueCommand,
} from '../../src/services/state/valueCommands.ts';
import { createStackModel, type StackStep, stackSteps } from './stackModel.ts';

const LINEAGE = 'lineage';
const authority: WriteAuthority = { lockIds: new Set(), execution: null, fence: null };
const context = { authority, probe: () => 'unknown' as const };
const label = { creator: 'tester', description: '', tags: [], execution: null };
const everything = [
  { kind: 'value' as const },
  { kind: 'output' as const },
  { kind: 'snapshot' as const },
  { kind: 'checkpoint' as const },
];

function writerOn(backend: StateBackend): StackWriter {
  return createLogWriter({
    backend,
    lineage: LINEAGE,
    reach: neverCrash,
    random: () => 0.5,
    sleep: async () => {},
  }).as('tester');
}

async function newStack(backend: StateBackend): Promise<void> {
  await createStack(backend, { name: 's', description: '', actor: 'tester', lineage: LINEAGE });
}

/** Two clients of one store, given away after the property has used them. */
async function onMemory(use: (clients: readonly StateBackend[]) => Promise<void>): Promise<void> {
  const store = createMemoryStore();
  await use([createMemoryBackend(store, Date.now), createMemoryBackend(store, Date.now)]);
}

async function onSqlite(use: (clients: readonly StateBackend[]) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sloth-property-'));
  const open = (): StateBackend =>
    createSqliteBackend({
      path: join(folder, 's.db'),
      clock: Date.now,
      reach: neverCrash,
      onBackupFailure: (error) => {
        throw error;
      },
    });
  const clients = [open(), open()];
  try {
    await use(clients);
  } finally {
    for (const client of clients) await client.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const drivers = [
  { name: 'memory', withClients: onMemory, runs: 300 },
  { name: 'sqlite', withClients: onSqlite, runs: 25 },
];

function commandFor(step: Exclude<StackStep, { type: 'restore' | 'snapshot' }>): Command<unknown> {
  switch (step.type) {
    case 'set':
      return setValueCommand(step.kind, step.key, { value: step.value }, context);
    case 'delete':
      return deleteValueCommand(step.kind, step.key, context);
    case 'increment':
      return incrementCommand(step.key, step.by, context);
    case 'swap': {
      const open = (stored: StoredValue): JsonValue => (stored as { value: JsonValue }).value;
      const swap = { expected: step.expected, next: { value: step.next }, open };
      return compareSwapCommand(step.key, swap, context);
    }
  }
}

/** Does a step for real, and gives what its caller is told in the model's words. */
async function perform(
  step: StackStep,
  writer: StackWriter,
  backend: StateBackend,
): Promise<unknown> {
  try {
    if (step.type === 'restore') return await restore(step.index, writer, backend);
    if (step.type === 'snapshot') {
      const snapshots = { backend, writer: () => writer, reach: () => {} };
      return (await takeSnapshot(snapshots, LINEAGE, { label, reuse: false })).version;
    }
    return await writer.submit(commandFor(step));
  } catch (error) {
    if (hasCode(error, 'state.not_a_number')) return 'refused';
    throw error;
  }
}

async function restore(
  index: number,
  writer: StackWriter,
  backend: StateBackend,
): Promise<unknown> {
  const view = await backend.read({ lineage: LINEAGE }, [{ kind: 'snapshot' }]);
  const snapshots = [...(view?.content.snapshot.values() ?? [])];
  snapshots.sort((a, b) => a.number - b.number);
  const chosen = snapshots[index % Math.max(1, snapshots.length)];
  if (chosen === undefined) return 'refused';
  const older = await contentAt(backend, LINEAGE, chosen.serial);
  const version = `v${chosen.number}`;
  await writer.submit(restoreCommand(version, older, 'tester', authority, context.probe));
  return undefined;
}

function plain(entries: ReadonlyMap<string, StoredValue>): Record<string, JsonValue> {
  const pairs = [...entries].map(([key, stored]): [string, JsonValue] => [
    key,
    (stored as { value: JsonValue }).value,
  ]);
  return Object.fromEntries(pairs);
}

function pagesOf(content: Content): object {
  return { value: plain(content.value), output: plain(content.output) };
}

describe.each(drivers)('the log on $name', ({ withClients, runs }) => {
  test('any history leaves what a plain map would hold, and every snapshot keeps its content', () =>
    fc.assert(
      fc.asyncProperty(stackSteps, (steps) =>
        withClients(async ([backend, other]) => {
          if (backend === undefined || other === undefined) throw new Error('two clients');
          await newStack(backend);
          const model = createStackModel();
          const writers = [writerOn(backend), writerOn(other)];
          for (const [index, step] of steps.entries()) {
            const writer = writers[index % 2] ?? writerOn(backend);
            expect([step, await perform(step, writer, other)]).toEqual([step, model.apply(step)]);
          }
          const view = await other.read({ lineage: LINEAGE }, everything);
          if (view === undefined) throw new Error('the stack is gone');
          const pages = (of: typeof model.pages): object => ({
            value: Object.fromEntries(of.value),
            output: Object.fromEntries(of.output),
          });
          expect(pagesOf(view.content)).toEqual(pages(model.pages));
          for (const [index, snapshot] of model.snapshots.entries()) {
            const { serial = 0 } = view.content.snapshot.get(`v${index + 1}`) ?? {};
            const then = await contentAt(backend, LINEAGE, serial);
            expect(pagesOf(then)).toEqual(pages(snapshot));
          }
          const commits = await backend.commits(LINEAGE);
          expect(commits.map((each) => each.serial)).toEqual(commits.map((_, index) => index + 1));
          expect(verifyLog(commits, view.head.hash)).toMatchObject({ ok: true });
          const folded = foldLog(LINEAGE, commits);
          expect(folded.head).toEqual(view.head);
          const stored = [...entriesOf(view.content)];
          expect([...entriesOf(folded.content)]).toEqual(stored);
        }),
      ),
      { numRuns: runs },
    ));

  test('writers that race lose nothing: every acknowledged increment counts once', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 }), (numbers) =>
        withClients(async (clients) => {
          const [backend] = clients;
          if (backend === undefined) throw new Error('two clients');
          await newStack(backend);
          const writers = clients.map(writerOn);
          const sums = await Promise.all(
            numbers.map((by, index) =>
              (writers[index % writers.length] ?? writerOn(backend)).submit(
                incrementCommand('n', by, context),
              ),
            ),
          );
          const total = numbers.reduce((a, b) => a + b, 0);
          expect(Math.max(0, ...sums)).toBe(total);
          expect(new Set(sums).size).toBe(numbers.length);
          const commits = await backend.commits(LINEAGE);
          expect(commits).toHaveLength(1 + numbers.length);
        }),
      ),
      { numRuns: runs },
    ));
});

describe('a log that was altered', () => {
  const alterations: readonly ((commit: Commit) => Commit)[] = [
    (commit) => ({ ...commit, actor: 'nobody' }),
    (commit) => ({ ...commit, at: commit.at + 1 }),
    (commit) => ({ ...commit, hash: 'f'.repeat(64) }),
    (commit) => ({ ...commit, events: [] }),
    (commit) => ({ ...commit, changes: [...commit.changes, { type: 'lock.delete' }] }),
  ];

  test('is found out, at the commit that was altered, whatever was done to it', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.nat(),
        fc.constantFrom(...alterations, null),
        (length, place, alter) =>
          onMemory(async ([backend]) => {
            if (backend === undefined) throw new Error('two clients');
            await newStack(backend);
            const writer = writerOn(backend);
            for (let by = 1; by <= length; by++) {
              await writer.submit(incrementCommand('n', by, context));
            }
            const commits = [...(await backend.commits(LINEAGE))];
            const hash = commits.at(-1)?.hash ?? '';
            const index = place % commits.length;
            const victim = commits[index];
            if (victim === undefined) throw new Error('no commit');
            // No alteration: the commit is taken out instead.
            if (alter === null) commits.splice(index, 1);
            else commits[index] = alter(victim);
            const verdict = verifyLog(commits, hash);
            expect(verdict.ok).toBe(false);
          }),
      ),
      { numRuns: 300 },
    ));
});
