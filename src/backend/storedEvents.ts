import type { Commit } from '../model/commit.ts';
import type { StoredEvent } from '../model/event.ts';
import type { EventQuery } from './StateBackend.ts';

/** A commit's events as they are read back. `stack` is the name the stack had then. */
export function storedEvents(commit: Commit, stack: string): StoredEvent[] {
  const { lineage, serial, at, actor, execution } = commit;
  return commit.events.map((each, index) => ({
    ...each,
    lineage,
    stack,
    serial,
    index,
    at,
    actor,
    execution,
  }));
}

/** Whether an event's type is one of the patterns: exact, or a family as `lock.*`. */
export function matchesType(type: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern,
  );
}

/** Whether an event fulfils a query, its cursor and limit aside. */
export function matchesQuery(event: StoredEvent, query: EventQuery): boolean {
  return (
    (query.lineage === undefined || event.lineage === query.lineage) &&
    (query.types === undefined || matchesType(event.type, query.types)) &&
    (query.severities === undefined || query.severities.includes(event.severity)) &&
    (query.since === undefined || event.at >= query.since) &&
    (query.execution === undefined || event.execution === query.execution)
  );
}
