import type { StateBackend } from '../../backend/StateBackend.ts';
import { type StackLogVerdict, verifyStackLog } from '../../engine/log/verifyStackLog.ts';
import type { Head } from '../../model/head.ts';
import { type Anchor, readAnchors, writeAnchors } from './anchorFile.ts';

/** Where anchors are kept, and the key that they are made with. */
export interface AnchorRequest {
  readonly path: string;
  readonly key: string;
}

/**
 * Verifies a log, and holds it against what it was when it was last anchored: a log whose newest commits
 * were cut off, or that was set back, is whole by itself. Where it is as it was, or goes on from there, its
 * newest commit is anchored. Rejects with `anchor.invalid`.
 */
export async function verifyAnchored(
  backend: StateBackend,
  head: Head,
  { path, key }: AnchorRequest,
  now: number,
): Promise<StackLogVerdict> {
  const anchors = await readAnchors(path, key);
  const verdict = await verifyStackLog(backend, head);
  if (!verdict.ok) return verdict;
  const before = anchors.find(({ stack }) => stack === head.name);
  const reason = before && (await departure(backend, head, before, verdict.compacted));
  if (before !== undefined && reason !== undefined) {
    const { compacted, faults } = verdict;
    return { ok: false, broken: { serial: before.serial, reason }, compacted, faults };
  }
  const { name: stack, lineage, serial, hash } = head;
  const anchor: Anchor = { stack, lineage, serial, hash, at: new Date(now).toISOString() };
  const others = anchors.filter((each) => each.stack !== stack);
  await writeAnchors(path, [...others, anchor], key);
  return verdict;
}

/** How a log is not what it was; `undefined` where it goes on from there. */
async function departure(
  backend: StateBackend,
  head: Head,
  { lineage, serial, hash, at }: Anchor,
  compacted: number,
): Promise<string | undefined> {
  if (lineage !== head.lineage) return `it was another log by the same name at ${at}`;
  // What was removed on purpose is recorded with the hash that it ended with.
  if (serial < compacted) return undefined;
  if (serial > head.serial) return `it had this commit at ${at}, and ends at #${head.serial} now`;
  const [commit] = await backend.commits(lineage, { after: serial - 1, upTo: serial, limit: 1 });
  if (commit === undefined) return serial === compacted ? undefined : `it had this commit at ${at}`;
  return commit.hash === hash ? undefined : `this commit was another one at ${at}`;
}
