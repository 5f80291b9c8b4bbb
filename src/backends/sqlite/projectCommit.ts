import type { Change } from '../../model/change.ts';
import { type Commit, canonicalBody } from '../../model/commit.ts';
import type { ResourceEntry, SnapshotEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import { canonicalJson } from '../../model/json.ts';
import type { Lock } from '../../model/lock.ts';
import { rowChecksum } from './rowChecksum.ts';
import { sqlText } from './sqlText.ts';
import type { Statements } from './statements.ts';

/** Writes one commit to the log. Fails on its key where the serial is taken. */
export function insertCommit(statements: Statements, stackId: number, commit: Commit): void {
  const { serial, parent, hash, at, actor, operation, execution } = commit;
  const body = canonicalBody(commit);
  const checksum = rowChecksum([stackId, serial, parent, hash, body]);
  statements(
    `INSERT INTO commits (stack_id, serial, parent, hash, at, actor, operation, execution, body, checksum)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(stackId, serial, parent, hash, at, actor, operation, execution, body, checksum);
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
    const { type, severity, message, source } = each;
    const { serial, at, actor, execution } = commit;
    const told = [stackId, type, severity, message, source] as const;
    const written = [head.name, serial, index, at, actor, execution] as const;
    const data = JSON.stringify(each.data);
    const { lastInsertRowid } = statements(
      `INSERT INTO state_events (stack_id, event_type, severity, message, source, stack, serial, idx,
         at, actor, execution, data, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(...told, ...written, data, sqlText(at));
    statements('INSERT INTO event_checksums (stack_id, event_id, checksum) VALUES (?, ?, ?)').run(
      stackId,
      lastInsertRowid,
      rowChecksum([...told, ...written, data]),
    );
  }
}

/** Writes a stack's row, a new one where it has no number yet; the fold in `head` decides every column. */
export function upsertStack(statements: Statements, head: Head, known?: number): number {
  const id = known ?? nextStackId(statements);
  const deletedAt = head.deletedAt === null ? null : sqlText(head.deletedAt);
  const text = JSON.stringify(head);
  statements(
    `INSERT INTO stacks (id, lineage, name, description, status, version, created_at, updated_at,
       last_execution, execution_count, deleted_at, serial, hash, head, checksum)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name,
       description = excluded.description, status = excluded.status, version = excluded.version,
       created_at = excluded.created_at, updated_at = excluded.updated_at,
       last_execution = excluded.last_execution, execution_count = excluded.execution_count,
       deleted_at = excluded.deleted_at, serial = excluded.serial, hash = excluded.hash,
       head = excluded.head, checksum = excluded.checksum`,
  ).run(
    id,
    head.lineage,
    head.name,
    head.description,
    head.status,
    head.version,
    sqlText(head.createdAt),
    sqlText(head.updatedAt),
    head.lastExecution && sqlText(head.lastExecution.startedAt),
    head.executionCount,
    deletedAt,
    head.serial,
    head.hash,
    text,
    rowChecksum([id, head.lineage, head.name, deletedAt, text]),
  );
  return id;
}

function nextStackId(statements: Statements): number {
  return Number(statements('SELECT coalesce(max(id), 0) + 1 AS id FROM stacks').get()?.id);
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
      putEntryRow(statements, [stackId, change.kind, change.name, commit.serial], change.body);
      if (change.kind === 'resource') putResource(statements, stackId, change.name, change.body);
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

function putEntryRow(
  statements: Statements,
  row: readonly [stackId: number, kind: string, name: string, serial: number],
  content: Parameters<typeof canonicalJson>[0],
): void {
  const body = canonicalJson(content);
  statements(
    `INSERT INTO entries (stack_id, kind, name, serial, body, checksum) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (stack_id, kind, name) DO UPDATE SET serial = excluded.serial, body = excluded.body,
       checksum = excluded.checksum`,
  ).run(...row, body, rowChecksum([...row, body]));
}

function putResource(
  statements: Statements,
  stackId: number,
  name: string,
  { type, status, dependencies, identity, host }: ResourceEntry,
): void {
  const checksum = rowChecksum([stackId, name, type, identity, host]);
  statements(
    `INSERT INTO resources (stack_id, name, type, identity, host, state, dependencies, checksum)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (stack_id, name) DO UPDATE SET type = excluded.type, state = excluded.state,
       dependencies = excluded.dependencies, identity = excluded.identity, host = excluded.host,
       checksum = excluded.checksum
     WHERE (type, state, dependencies, identity, host) IS NOT
       (excluded.type, excluded.state, excluded.dependencies, excluded.identity, excluded.host)`,
  ).run(stackId, name, type, identity, host, status, JSON.stringify(dependencies), checksum);
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
