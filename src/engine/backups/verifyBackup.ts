import type { StagedBackup } from '../../backend/BackupStore.ts';
import type { StateBackend } from '../../backend/StateBackend.ts';
import { sha256 } from '../../backend/sha256.ts';
import type { Head } from '../../model/head.ts';
import { verifyStackLog } from '../log/verifyStackLog.ts';
import { verifySnapshots } from '../snapshots/verifySnapshots.ts';

/** What recomputing one stack of a backup gave. */
export interface BackedUpStack {
  readonly stack: string;
  readonly lineage: string;
  readonly serial: number;
  /** Epoch milliseconds of its newest commit. */
  readonly updatedAt: number;
  readonly snapshots: number;
  /** Why it is not whole; empty where it is. */
  readonly reason: string;
}

/** What recomputing a whole backup gave. */
export interface BackupVerdict {
  readonly stacks: readonly BackedUpStack[];
  /** Chunks whose hash was recomputed. */
  readonly chunks: number;
  /** The first reason why it is not whole; empty where it is. */
  readonly reason: string;
}

/** Recomputes every hash of a backup: the logs of its stacks, their snapshots, all its chunks. */
export async function verifyBackup({
  view,
  chunks,
}: StagedBackup<StateBackend>): Promise<BackupVerdict> {
  const stacks: BackedUpStack[] = [];
  for (const head of await view.list()) {
    const { name: stack, lineage, serial, updatedAt } = head;
    const snapshots = await verifySnapshots({ backend: view }, head, null);
    const reason = (await logFault(view, head)) ?? snapshots.find((each) => !each.whole)?.reason;
    const count = snapshots.length;
    stacks.push({ stack, lineage, serial, updatedAt, snapshots: count, reason: reason ?? '' });
  }
  let count = 0;
  let altered = '';
  for (const { hash, bytes } of chunks()) {
    count++;
    if (sha256(bytes) !== hash) altered = `chunk ${hash.slice(0, 12)}: its content was altered`;
  }
  const broken = stacks.find(({ reason }) => reason !== '');
  const reason = broken === undefined ? altered : `stack '${broken.stack}': ${broken.reason}`;
  return { stacks, chunks: count, reason };
}

async function logFault(view: StateBackend, head: Head): Promise<string | undefined> {
  const verdict = await verifyStackLog(view, head);
  return verdict.ok ? undefined : `serial ${verdict.broken.serial}: ${verdict.broken.reason}`;
}
