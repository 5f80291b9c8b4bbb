import type { Change } from '../../model/change.ts';
import { type Commit, canonicalBody } from '../../model/commit.ts';
import type { SnapshotEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import { canonicalJson } from '../../model/json.ts';
import type { Lock } from '../../model/lock.ts';
import { sqlText } from './sqlText.ts';
import type { Statements } from './statements.ts';

/** Writes one commit to the log. Fails on its key where the serial is taken. */
export function insertCommit(statements: Statements, stackId: number, commit: Commit): void {
  const { serial, parent, hash, at, actor, operation, execution } = commit;
  statements(
    `INSERT INTO commits (stack_id, serial, parent, hash, at, actor, operation, execution, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(stackId, serial, parent, hash, at, actor, operation, execution, canonicalBody(commit));
}

/** Carries a commit's changes and events into the tables; `head` is the head after it. */
export function projectCommit(
  statements: Statements,
  stackId: number,
  commit: Commit,
  head: Head,
): void {
  for (const change of commit.changes) projectChange(statements, stackId, commit, change);
  for (const [index, each] of commit.events.entries()) {
    statements(
      `INSERT INTO state_events (stack_id, event_type, severity, message, source, created_at,
         stack, serial, idx, at, actor, execution, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      stackId,
      each.type,
      each.severity,
      each.message,
      each.source,
      sqlText(commit.at),
      head.name,
      commit.serial,
      index,
      commit.at,
      commit.actor,
      commit.execution,
      JSON.stringify(each.data),
    );
  }
}

/** Writes a stack's row; the fold in `head` decides every column. */
export function upsertStack(statements: Statements, head: Head): number {
  const row = statements(
    `INSERT INTO stacks (lineage, name, description, status, version, created_at, updated_at,
       last_execution, execution_count, deleted_at, serial, hash, head)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (lineage) DO UPDATE SET name = excluded.name,
       description = excluded.description, status = excluded.status, version = excluded.version,
       created_at = excluded.created_at, updated_at = excluded.updated_at,
       last_execution = excluded.last_execution, execution_count = excluded.execution_count,
       deleted_at = excluded.deleted_at, serial = excluded.serial, hash = excluded.hash,
       head = excluded.head
     RETURNING id`,
  ).get(
    head.lineage,
    head.name,
    head.description,
    head.status,
    head.version,
    sqlText(head.createdAt),
    sqlText(head.updatedAt),
    head.lastExecution && sqlText(head.lastExecution.startedAt),
    head.executionCount,
    head.deletedAt === null ? null : sqlText(head.deletedAt),
    head.serial,
    head.hash,
    JSON.stringify(head),
  );
  return Number(row?.id);
}

/** Carries one change into the tables. */
export function projectChange(
  statements: Statements,
  stackId: number,
  commit: Pick<Commit, 'serial'>,
  change: Change,
): void {
  switch (change.type) {
    case 'entry.put':
      statements(
        `INSERT INTO entries (stack_id, kind, name, serial, body) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (stack_id, kind, name) DO UPDATE SET serial = excluded.serial, body = excluded.body`,
      ).run(stackId, change.kind, change.name, commit.serial, canonicalJson(change.body));
      if (change.kind === 'resource') {
        const { type, status, dependencies, identity, host } = change.body;
        statements(
          `INSERT INTO resources (stack_id, name, type, state, dependencies, identity, host)
           VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (stack_id, name) DO UPDATE SET type = excluded.type, state = excluded.state,
             dependencies = excluded.dependencies, identity = excluded.identity,
             host = excluded.host
           WHERE (type, state, dependencies, identity, host) IS NOT
             (excluded.type, excluded.state, excluded.dependencies, excluded.identity, excluded.host)`,
        ).run(stackId, change.name, type, status, JSON.stringify(dependencies), identity, host);
      }
      if (change.kind === 'snapshot') insertVersion(statements, stackId, change.name, change.body);
      return;
    case 'entry.delete':
      statements('DELETE FROM entries WHERE stack_id = ? AND kind = ? AND name = ?').run(
        stackId,
        change.kind,
        change.name,
      );
      if (change.kind === 'resource') {
        statements('DELETE FROM resources WHERE stack_id = ? AND name = ?').run(
          stackId,
          change.name,
        );
      }
      if (change.kind === 'snapshot') {
        statements('DELETE FROM state_versions WHERE stack_id = ? AND version = ?').run(
          stackId,
          change.name,
        );
      }
      return;
    case 'lock.put':
      putLock(statements, stackId, change.lock);
      return;
    case 'lock.delete':
      statements('DELETE FROM state_locks WHERE stack_id = ?').run(stackId);
      return;
    default:
      // The rest of a stack's state is in its head, which has a row of its own.
      return;
  }
}

function insertVersion(
  statements: Statements,
  stackId: number,
  version: string,
  body: SnapshotEntry,
): void {
  const { creator, description, createdAt, serial, tags, status } = body;
  // The log holds the content of every serial; the row says which.
  const data = new TextEncoder().encode(JSON.stringify({ serial, tags, status }));
  statements(
    `INSERT INTO state_versions (stack_id, version, creator, description, state_data, created_at)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (stack_id, version) DO UPDATE SET creator = excluded.creator,
       description = excluded.description, state_data = excluded.state_data`,
  ).run(stackId, version, creator, description, data, sqlText(createdAt));
}

function putLock(statements: Statements, stackId: number, lock: Lock): void {
  const { lockedBy, lockedAt, operation, reason, ...metadata } = lock;
  statements(
    `INSERT INTO state_locks (stack_id, locked_by, locked_at, operation, reason, metadata)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (stack_id) DO UPDATE SET locked_by = excluded.locked_by,
       locked_at = excluded.locked_at, operation = excluded.operation,
       reason = excluded.reason, metadata = excluded.metadata`,
  ).run(stackId, lockedBy, sqlText(lockedAt), operation, reason, JSON.stringify(metadata));
}
