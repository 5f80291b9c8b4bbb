import { checksumOf, fillChecksums } from './checkedRows.ts';

/** One step of the schema. Steps that were released are never edited, only followed by others. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/**
 * The tables of the specification (`stacks`, `state_locks`, `state_versions`, `state_events`,
 * `resources`) are projections of the log in `commits`, written in the same transaction. Times that
 * people read are UTC text; `at` columns are epoch milliseconds.
 */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'the log and its projections',
    sql: `
CREATE TABLE schema_migrations (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at TEXT NOT NULL
) STRICT;

CREATE TABLE stacks (
  id INTEGER PRIMARY KEY,
  lineage TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL,
  version TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  last_execution TEXT,
  execution_count INTEGER NOT NULL,
  deleted_at TEXT,
  serial INTEGER NOT NULL,
  hash TEXT NOT NULL,
  head TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX stacks_by_name ON stacks (name) WHERE deleted_at IS NULL;
CREATE INDEX stacks_by_status ON stacks (status) WHERE deleted_at IS NULL;

CREATE TABLE commits (
  stack_id INTEGER NOT NULL REFERENCES stacks (id),
  serial INTEGER NOT NULL,
  parent TEXT NOT NULL,
  hash TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  operation TEXT NOT NULL,
  execution TEXT,
  body TEXT NOT NULL,
  PRIMARY KEY (stack_id, serial)
) STRICT;

CREATE TABLE entries (
  stack_id INTEGER NOT NULL REFERENCES stacks (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  serial INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (stack_id, kind, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX dependents ON entries (name) WHERE kind = 'dependency';

CREATE TABLE state_locks (
  stack_id INTEGER PRIMARY KEY REFERENCES stacks (id),
  locked_by TEXT NOT NULL,
  locked_at TEXT NOT NULL,
  operation TEXT NOT NULL,
  reason TEXT NOT NULL,
  metadata TEXT NOT NULL
) STRICT;

CREATE TABLE state_versions (
  id INTEGER PRIMARY KEY,
  stack_id INTEGER NOT NULL REFERENCES stacks (id),
  version TEXT NOT NULL,
  creator TEXT NOT NULL,
  description TEXT NOT NULL,
  state_data BLOB NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (stack_id, version)
) STRICT;

CREATE TABLE state_events (
  id INTEGER PRIMARY KEY,
  stack_id INTEGER NOT NULL REFERENCES stacks (id),
  event_type TEXT NOT NULL,
  severity TEXT NOT NULL,
  message TEXT NOT NULL,
  source TEXT NOT NULL,
  created_at TEXT NOT NULL,
  stack TEXT NOT NULL,
  serial INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  execution TEXT,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX state_events_by_stack ON state_events (stack_id, id);
CREATE INDEX state_events_by_type ON state_events (event_type, id);

CREATE TABLE resources (
  id INTEGER PRIMARY KEY,
  stack_id INTEGER NOT NULL REFERENCES stacks (id),
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  state TEXT NOT NULL,
  dependencies TEXT NOT NULL,
  UNIQUE (stack_id, name)
) STRICT;

CREATE TABLE chunks (
  hash TEXT PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;
`,
  },
  {
    version: 2,
    name: 'which object a resource is',
    sql: `
ALTER TABLE resources ADD COLUMN identity TEXT NOT NULL DEFAULT '';
ALTER TABLE resources ADD COLUMN host TEXT NOT NULL DEFAULT '';
UPDATE resources SET identity = coalesce((
  SELECT json_extract(e.body, '$.identity') FROM entries e
  WHERE e.stack_id = resources.stack_id AND e.kind = 'resource' AND e.name = resources.name
), '');
CREATE INDEX resources_by_object ON resources (type, identity);
`,
  },
  {
    version: 3,
    name: 'which keys the store is sealed with',
    sql: `
CREATE TABLE store_keys (
  source TEXT PRIMARY KEY,
  check_value TEXT NOT NULL
) STRICT;
`,
  },
  {
    version: 4,
    name: 'checksums of the rows that answers are read from, and a second tree over each table',
    sql: `
ALTER TABLE stacks ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE commits ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE resources ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
${fillChecksums('stacks')}
${fillChecksums('commits')}
${fillChecksums('entries')}
${fillChecksums('resources')}
CREATE INDEX stacks_twin ON stacks (deleted_at, name);
CREATE INDEX entries_twin ON entries (stack_id, kind, name);
CREATE INDEX resources_twin ON resources (identity, type);
DROP INDEX state_events_by_type;
CREATE TABLE event_checksums (
  stack_id INTEGER NOT NULL REFERENCES stacks (id),
  event_id INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  PRIMARY KEY (stack_id, event_id)
) STRICT, WITHOUT ROWID;
INSERT INTO event_checksums (stack_id, event_id, checksum)
  SELECT stack_id, id, ${checksumOf('state_events')} FROM state_events;
`,
  },
];
