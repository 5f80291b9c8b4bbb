import type { CutEntry } from '../../model/entry.ts';
import { parseColumn } from './parseColumn.ts';
import { readEntryRows } from './readEntryRows.ts';
import type { Statements } from './statements.ts';

/** The newest serial that a compaction has folded; 0 where there was none. */
export function readCut(statements: Statements, id: number): number {
  const [row] = readEntryRows(statements, id, { kind: 'cut' });
  return row === undefined ? 0 : parseColumn<CutEntry>(row.body, 'the cut of a log').serial;
}
