import { describeError, isSlothError } from '../../errors/SlothError.ts';
import { appendAll } from '../../model/appendAll.ts';
import type { SnapshotEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import { decodeNode, keyOf } from '../../services/snapshots/pack/packCodec.ts';
import { packLinks } from '../../services/snapshots/pack/packLinks.ts';
import { leafOf, readPack } from '../../services/snapshots/pack/readPack.ts';
import { writeBase } from '../../services/snapshots/pack/writePack.ts';
import type { EngineContext } from '../context/EngineContext.ts';

/** What recomputing every hash of a snapshot gave. */
export interface SnapshotVerdict {
  readonly version: string;
  readonly whole: boolean;
  /** Chunks whose hash was recomputed. */
  readonly chunks: number;
  /** Why it is not whole. */
  readonly reason: string;
  /** Resources that the broken part holds, as far as others tell; empty for a whole one. */
  readonly resources: readonly string[];
}

/**
 * Recomputes the hash of every chunk of snapshots, reads them, and compares what they hold with their
 * labels. The newest first; chunks that several share are looked at once.
 */
export async function verifySnapshots(
  context: Pick<EngineContext, 'backend'>,
  { lineage }: Head,
  versions: readonly string[] | null,
): Promise<SnapshotVerdict[]> {
  const view = await context.backend.read({ lineage }, [
    { kind: 'snapshot' },
    { kind: 'resource' },
  ]);
  const all = [...(view?.content.snapshot ?? [])].sort(([, a], [, b]) => b.number - a.number);
  const chosen = all.filter(([version]) => versions === null || versions.includes(version));
  const known = new Map<string, readonly string[] | Error>();
  const names = [...(view?.content.resource.keys() ?? [])];
  const verdicts: SnapshotVerdict[] = [];
  for (const [version, snapshot] of chosen) {
    verdicts.push(await verifyOne(context, version, snapshot, known, names));
  }
  return verdicts;
}

async function verifyOne(
  { backend }: Pick<EngineContext, 'backend'>,
  version: string,
  { content, serial }: SnapshotEntry,
  known: Map<string, readonly string[] | Error>,
  names: readonly string[],
): Promise<SnapshotVerdict> {
  const seen = new Set<string>();
  const open = [content.chunk];
  for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
    if (seen.has(hash)) continue;
    seen.add(hash);
    const links = known.get(hash) ?? (await linksAt(backend, hash));
    known.set(hash, links);
    if (links instanceof Error) {
      const { why } = isSlothError(links) ? describeError(links) : { why: links.message };
      const resources = await heldBy(backend, content.chunk, hash, names);
      const reason = `chunk ${hash.slice(0, 12)}: ${why}`;
      return { version, whole: false, chunks: seen.size, reason, resources };
    }
    appendAll(open, links);
  }
  const found = writeBase(await readPack((hash) => backend.chunk(hash), content.chunk), serial);
  const { size, resources, tasks } = found.summary;
  const isAsLabelled =
    size === content.size && resources === content.resources && tasks === content.tasks;
  const reason = isAsLabelled ? '' : 'it holds something else than its label says';
  return { version, whole: isAsLabelled, chunks: seen.size, reason, resources: [] };
}

async function linksAt(
  backend: EngineContext['backend'],
  hash: string,
): Promise<readonly string[] | Error> {
  try {
    return packLinks(hash, await backend.chunk(hash));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Which of the resources that there are now a broken leaf holds: its place says it, not its bytes. */
async function heldBy(
  backend: EngineContext['backend'],
  root: string,
  broken: string,
  names: readonly string[],
): Promise<string[]> {
  for (let at = root; ; ) {
    const bytes = at === broken ? undefined : await backend.chunk(at);
    if (bytes === undefined) return [];
    const node = decodeNode(bytes);
    if (node.type === 'delta') {
      at = node.parent;
      continue;
    }
    if (node.type !== 'base') return [];
    const { leaves } = node;
    return names.filter(
      (name) => leaves[leafOf(keyOf('resource', name), leaves.length)] === broken,
    );
  }
}
