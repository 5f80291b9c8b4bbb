import type { SnapshotEntry } from '../../../model/entry.ts';
import type { Comparison, EntryChange } from '../../../services/snapshots/compareContents.ts';
import { timeOf } from './timeOf.ts';

/** A snapshot, as whoever asks is told of it. */
export interface ShownSnapshot {
  readonly version: string;
  readonly creator: string;
  readonly description: string;
  readonly tags: string[];
  readonly created_at: string;
  readonly protected: boolean;
  readonly serial: number;
  readonly execution: string | null;
  readonly status: string;
  /** Bytes of its content as canonical JSON. */
  readonly size: number;
  readonly resources: number;
  readonly tasks: number;
}

export function shownSnapshot(version: string, snapshot: SnapshotEntry): ShownSnapshot {
  const { size, resources, tasks } = snapshot.content;
  return {
    version,
    creator: snapshot.creator,
    description: snapshot.description,
    tags: [...snapshot.tags],
    created_at: timeOf(snapshot.createdAt),
    protected: snapshot.protected,
    serial: snapshot.serial,
    execution: snapshot.execution,
    status: snapshot.status,
    size,
    resources,
    tasks,
  };
}

type ShownChanges = (Omit<EntryChange, 'fields'> & { fields: EntryChange['fields'][number][] })[];

/** What differs, in lists of its own. */
export function shownComparison(comparison: Comparison): Record<keyof Comparison, ShownChanges> {
  const shown = (changes: readonly EntryChange[]): ShownChanges =>
    changes.map((each) => ({ ...each, fields: [...each.fields] }));
  return {
    resources: shown(comparison.resources),
    tasks: shown(comparison.tasks),
    values: shown(comparison.values),
    outputs: shown(comparison.outputs),
    dependencies: shown(comparison.dependencies),
    workflow: shown(comparison.workflow),
  };
}
