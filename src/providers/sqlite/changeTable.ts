import type { DatabaseSync } from 'node:sqlite';
import type { Properties } from '../../model/provider.ts';
import { textOf } from '../property.ts';
import { tableOf } from '../table.ts';
import { columnText, parseColumn } from './columnDefinition.ts';
import { canBeAdded, rebuildTable } from './rebuildTable.ts';
import { quoted, sameName, sqlTokens } from './sqlTokens.ts';
import { createTable, type TableText } from './tableText.ts';

/** A declared column. */
export interface DeclaredColumn {
  readonly name: string;
  readonly definition: string;
}

/** The declared columns, in their order. */
export function declaredColumns(properties: Properties): DeclaredColumn[] {
  const columns = Object.entries(tableOf(properties, 'columns'));
  return columns.map(([name, definition]) => ({ name, definition: String(definition) }));
}

/** What a definition says, in the one spelling in which columns are compared. */
export function spelled(definition: string): string {
  return columnText(parseColumn(sqlTokens(definition)));
}

/** Makes a table as declared. */
export function makeTable(database: DatabaseSync, properties: Properties): void {
  const columns = declaredColumns(properties).map(columnSql);
  const name = textOf(properties, 'name');
  database.exec(createTable(name, { columns, constraints: [], options: '' }));
}

/** Makes the columns of a table as declared; those that nobody declared, and every row, stay. */
export function changeTable(
  database: DatabaseSync,
  properties: Properties,
  table: TableText,
): void {
  const name = textOf(properties, 'name');
  const declared = declaredColumns(properties);
  const find = (column: string): DeclaredColumn | undefined =>
    declared.find((each) => sameName(each.name, column));
  const isOther = (column: TableText['columns'][number]): boolean => {
    const wanted = find(column.name);
    return wanted !== undefined && spelled(wanted.definition) !== columnText(column.definition);
  };
  const added = declared.filter(
    (each) => !table.columns.some((column) => sameName(column.name, each.name)),
  );
  if (!table.columns.some(isOther)) {
    if (added.length === 0) return;
    if (added.every(({ definition }) => canBeAdded(definition))) {
      for (const each of added) {
        database.exec(`ALTER TABLE ${quoted(name)} ADD COLUMN ${columnSql(each)}`);
      }
      return;
    }
  }
  const columns = table.columns.map((column) => {
    const definition = find(column.name)?.definition ?? '';
    return isOther(column) ? columnSql({ name: column.name, definition }) : column.text;
  });
  const next = { ...table, columns: [...columns, ...added.map(columnSql)] };
  rebuildTable(database, name, table, (temporary) => createTable(temporary, next));
}

function columnSql({ name, definition }: DeclaredColumn): string {
  return `${quoted(name)} ${definition}`;
}
