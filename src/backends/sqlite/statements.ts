import type { StatementSync } from 'node:sqlite';
import type { Database } from './sqlite.ts';

/** Gives the prepared statement for a text, preparing it once per connection. */
export type Statements = (sql: string) => StatementSync;

/** Makes a cache of prepared statements for one connection. */
export function createStatements(database: Database): Statements {
  const prepared = new Map<string, StatementSync>();
  return (sql) => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
}
