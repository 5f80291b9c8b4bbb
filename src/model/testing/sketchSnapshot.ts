import type { SnapshotEntry } from '../entry.ts';

/** The label of a snapshot that the program made by itself, for tests that care about a few of its facts. */
export function sketchSnapshot(facts: Partial<SnapshotEntry> = {}): SnapshotEntry {
  return {
    number: 1,
    serial: 1,
    content: { chunk: 'c', size: 0, resources: 0, tasks: 0 },
    protected: false,
    creator: 'system',
    description: '',
    tags: ['auto'],
    createdAt: 0,
    execution: null,
    status: 'completed',
    ...facts,
  };
}
