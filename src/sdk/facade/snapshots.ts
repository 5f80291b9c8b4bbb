import { resolve } from 'node:path';
import type { EngineContext } from '../../engine/context/EngineContext.ts';
import {
  contentOfPoint,
  findPoint,
  type Point,
  pointFinder,
} from '../../engine/snapshots/findPoint.ts';
import { importSnapshot } from '../../engine/snapshots/importSnapshot.ts';
import { deleteSnapshots, pruneSnapshots } from '../../engine/snapshots/pruneSnapshots.ts';
import { previewRestore, restoreSnapshot } from '../../engine/snapshots/restoreSnapshot.ts';
import { takeSnapshot } from '../../engine/snapshots/takeSnapshot.ts';
import { verifySnapshots } from '../../engine/snapshots/verifySnapshots.ts';
import { openStack } from '../../engine/stacks/openStack.ts';
import { hasCode, SlothError } from '../../errors/SlothError.ts';
import type { SnapshotEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import type { ProviderMachine } from '../../model/provider.ts';
import {
  type Comparison,
  comparisonOf,
  diffContents,
} from '../../services/snapshots/compareContents.ts';
import { relabelSnapshotCommand } from '../../services/snapshots/labelCommands.ts';
import { diffPacks } from '../../services/snapshots/pack/diffPacks.ts';
import { isIntact } from '../../services/snapshots/pack/packCodec.ts';
import type { Configuration } from '../configuration/Configuration.ts';
import type { NamedSnapshot, Runner } from '../Runner.ts';
import { retentionPolicy } from '../snapshots/retentionPolicy.ts';

/** What this façade takes from the runner it belongs to. */
export interface SnapshotSettings {
  readonly configuration: Configuration;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** The façade's operations on snapshots. */
export function createSnapshotsFacade(
  context: EngineContext,
  { configuration, env, cwd }: SnapshotSettings,
): Runner['snapshots'] {
  const { backend } = context;
  const policy = retentionPolicy(configuration);
  const machine = (signal = new AbortController().signal): ProviderMachine =>
    context.providers.machine({ workdir: cwd, env, signal });

  /** The snapshot that a name stands for; a time that is none is refused. */
  async function named(head: Head, text: string): Promise<NamedSnapshot> {
    const { label, snapshot } = await findPoint(context, head, text);
    if (snapshot !== null) return { ...snapshot, version: label };
    const latest = head.latestSnapshot?.version ?? '';
    throw new SlothError('snapshot.not_found', {
      stack: head.name,
      version: text,
      latest,
      near: [],
    });
  }

  async function relabel(
    name: string,
    text: string,
    change: (snapshot: SnapshotEntry) => SnapshotEntry,
    said: string,
  ): Promise<NamedSnapshot> {
    const head = await openStack(context, name);
    const { version } = await named(head, text);
    const command = relabelSnapshotCommand(version, change, said);
    return { ...(await context.writer(head.lineage).submit(command)), version };
  }

  async function differences(head: Head, from: Point, to: Point): Promise<Comparison> {
    if (from.snapshot !== null && to.snapshot !== null) {
      const read = (hash: string): Promise<Uint8Array | undefined> => backend.chunk(hash);
      const [a, b] = [from.snapshot.content.chunk, to.snapshot.content.chunk];
      return comparisonOf(await diffPacks(read, a, b));
    }
    const [a, b] = [
      await contentOfPoint(context, head, from),
      await contentOfPoint(context, head, to),
    ];
    return comparisonOf(diffContents(a, b));
  }

  return {
    async create(name, options = {}) {
      const head = await openStack(context, name);
      const label = {
        creator: options.creator ?? context.actor,
        description: options.description ?? '',
        tags: options.tags ?? [],
        execution: null,
      };
      const created = await takeSnapshot(context, head.lineage, { label, reuse: false });
      return { ...created.snapshot, version: created.version };
    },

    async list(name, { tag, creator, since, limit } = {}) {
      const head = await openStack(context, name);
      const view = await backend.read({ lineage: head.lineage }, [{ kind: 'snapshot' }]);
      const all = [...(view?.content.snapshot ?? [])]
        .map(([version, body]): NamedSnapshot => ({ ...body, version }))
        .filter((each) => tag === undefined || each.tags.includes(tag))
        .filter((each) => creator === undefined || each.creator === creator)
        .filter((each) => since === undefined || each.createdAt >= since)
        .sort((a, b) => b.number - a.number);
      return limit === undefined ? all : all.slice(0, limit);
    },

    async show(name, version) {
      const head = await openStack(context, name);
      const snapshot = await named(head, version);
      const { chunk } = snapshot.content;
      const bytes = await wholeChunk(backend, chunk);
      const { size, resources, tasks } = snapshot.content;
      return {
        ...snapshot,
        stack: head.name,
        size,
        resourceCount: resources,
        taskCount: tasks,
        isIntact: bytes !== undefined && isIntact(chunk, bytes),
      };
    },

    async compare(name, from, to) {
      const head = await openStack(context, name);
      const find = await pointFinder(context, head);
      const [a, b] = [await find(from), await find(to)];
      try {
        return { from: a.label, to: b.label, comparison: await differences(head, a, b) };
      } catch (error) {
        // One that was deleted meanwhile is not broken: it is gone, and that is to be said.
        if (hasCode(error, 'snapshot.corrupt')) {
          await findPoint(context, head, from);
          await findPoint(context, head, to);
        }
        throw error;
      }
    },

    async previewRestore(name, point, { apply = false, ...scope } = {}) {
      const head = await openStack(context, name);
      const request = { apply, machine: machine(), ...scope };
      const preview = await previewRestore(context, head, point, request);
      return { ...preview, point: preview.point.label };
    },

    async restore(name, point, { apply = false, signal, ...scope } = {}) {
      const head = await openStack(context, name);
      const request = { point, apply, machine: machine(signal), ...scope };
      const restored = await restoreSnapshot(context, head, request);
      return { ...restored, point: restored.point.label };
    },

    async delete(name, text) {
      const head = await openStack(context, name);
      const { version } = await named(head, text);
      const { freed } = await deleteSnapshots(context, head.lineage, [version], '');
      return { version, freed };
    },

    async verify(name, text) {
      const head = await openStack(context, name);
      const versions = text === undefined ? null : [(await named(head, text)).version];
      return verifySnapshots(context, head, versions);
    },

    tag: (name, version, tags) =>
      relabel(
        name,
        version,
        (each) => ({ ...each, tags: [...new Set([...each.tags, ...tags])] }),
        `tagged ${tags.join(', ')}`,
      ),

    untag: (name, version, tags) =>
      relabel(
        name,
        version,
        (each) => ({ ...each, tags: each.tags.filter((tag) => !tags.includes(tag)) }),
        `no longer tagged ${tags.join(', ')}`,
      ),

    protect: (name, version, isProtected) =>
      relabel(
        name,
        version,
        (each) => ({ ...each, protected: isProtected }),
        isProtected ? 'protected' : 'no longer protected',
      ),

    async prune(name, { dryRun = false } = {}) {
      const head = await openStack(context, name);
      return pruneSnapshots(context, head, policy, { dryRun });
    },

    async exportTo(name, text, file, { force = false } = {}) {
      const head = await openStack(context, name);
      const snapshot = await named(head, text);
      const point = { label: snapshot.version, serial: snapshot.serial, snapshot };
      const content = await contentOfPoint(context, head, point);
      const { writeSnapshotFile } = await import('../snapshots/snapshotFile.ts');
      const { version, creator, description, tags, createdAt } = snapshot;
      const { name: stack, lineage } = head;
      const header = { stack, lineage, version, creator, description, tags, createdAt };
      await writeSnapshotFile(resolve(cwd, file), { header, content, force });
      return snapshot;
    },

    async importFrom(name, file, { force = false } = {}) {
      const head = await openStack(context, name);
      const { readSnapshotFile } = await import('../snapshots/snapshotFile.ts');
      const path = resolve(cwd, file);
      const { header, content } = await readSnapshotFile(path);
      if (header.lineage !== head.lineage && !force) {
        throw new SlothError('snapshot.foreign', { stack: head.name, path, from: header.stack });
      }
      const { creator, description, tags, createdAt } = header;
      const label = { creator, description, tags, createdAt, execution: null };
      const { version, snapshot } = await importSnapshot(context, head, content, label);
      return { ...snapshot, version };
    },
  };
}

/** The bytes of a chunk; `undefined` where it is missing, or damaged. */
async function wholeChunk(
  backend: EngineContext['backend'],
  hash: string,
): Promise<Uint8Array | undefined> {
  try {
    return await backend.chunk(hash);
  } catch (error) {
    if (hasCode(error, 'backend.corrupt')) return undefined;
    throw error;
  }
}
