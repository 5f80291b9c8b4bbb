import type { Backup, StagedBackup } from '../../backend/BackupStore.ts';
import type { Command } from '../../backend/Command.ts';
import type { StateBackend } from '../../backend/StateBackend.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { event } from '../../model/event.ts';
import type { Head } from '../../model/head.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { recoverStack } from '../stacks/openStack.ts';
import { type BackupVerdict, verifyBackup } from './verifyBackup.ts';

/** The serials of a stack now and in a backup; `null` where it is not there. */
export interface StackThenAndNow {
  readonly stack: string;
  readonly now: number | null;
  readonly backedUp: number | null;
}

/** What putting a backup back did. */
export interface RestoredBackup {
  /** The backup of what was there before, which undoes it. */
  readonly undo: Backup;
  /** What each stack was set back from and to. */
  readonly stacks: readonly StackThenAndNow[];
}

/** Opens a backup for as long as something looks at it. */
export async function withStaged<T>(
  { backend }: Pick<EngineContext, 'backend'>,
  path: string,
  use: (staged: StagedBackup<StateBackend>) => Promise<T>,
): Promise<T> {
  const { backups, location } = backend;
  if (backups === null) throw new SlothError('backup.unsupported', { location });
  const staged = await backups.stage(path);
  try {
    return await use(staged);
  } finally {
    await staged.close();
  }
}

/** What a backup would set back, by the name of the stack. */
export async function compareWithBackup(
  backend: StateBackend,
  view: StateBackend,
): Promise<StackThenAndNow[]> {
  const isDamaged = backend.backups !== null && backend.backups.damage() !== '';
  const [now, backedUp] = [isDamaged ? [] : await backend.list(), await view.list()];
  const at = (heads: readonly Head[], lineage: string): number | null =>
    heads.find((each) => each.lineage === lineage)?.serial ?? null;
  const all = new Map([...backedUp, ...now].map(({ lineage, name }) => [lineage, name]));
  return [...all]
    .map(([lineage, stack]) => ({ stack, now: at(now, lineage), backedUp: at(backedUp, lineage) }))
    .sort((a, b) => (a.stack < b.stack ? -1 : 1));
}

/**
 * Puts a backup back: verified first, after a backup of what is there, refused while anybody holds a
 * lock. Each stack's log then says that it was set back, and to what.
 */
export async function restoreBackup(context: EngineContext, path: string): Promise<RestoredBackup> {
  const { backend, reach } = context;
  const { backups, location } = backend;
  if (backups === null) throw new SlothError('backup.unsupported', { location });
  return withStaged(context, path, async (staged) => {
    const verdict = await verifyBackup(staged);
    if (verdict.reason !== '') {
      throw new SlothError('backup.broken', { name: path, reason: verdict.reason });
    }
    // A lock that a dead process left is nobody's work.
    const damage = backups.damage();
    if (damage !== '') context.notice(`${damage}; it is put aside`);
    const heads = damage === '' ? await backend.list() : [];
    for (const head of await Promise.all(
      heads.map((each) => recoverStack(context, each, 'taker')),
    )) {
      refuseLocked([head]);
    }
    const stacks = await compareWithBackup(backend, staged.view);
    const undo = await backups.create('restore');
    reach('backup.saved');
    await staged.restore(refuseLocked);
    await tell(context, path, verdict);
    return { undo, stacks };
  });
}

function refuseLocked(heads: readonly Head[]): void {
  for (const { name: stack, lock } of heads) {
    if (lock !== null) throw new SlothError('backup.in_use', { stack, by: lock.lockedBy });
  }
}

/** Says it in every log, so that nobody takes the gap in the serials' times for something else. */
async function tell(context: EngineContext, path: string, verdict: BackupVerdict): Promise<void> {
  for (const { lineage, serial } of verdict.stacks) {
    await context.writer(lineage).submit(restoredCommand(path, serial));
  }
}

function restoredCommand(path: string, serial: number): Command<void> {
  return {
    operation: 'backup.restore',
    decide: ({ head }) => {
      const message = `stack '${head.name}' was set back to serial ${serial} of backup ${path}`;
      const told = event('backup.restored', 'backup', message, { path, serial });
      return { result: undefined, changes: [], events: [told] };
    },
  };
}
