import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { neverCrash } from '../../backend/crashPoint.ts';
import type { StateBackend } from '../../backend/StateBackend.ts';
import { backendConformance } from '../../testing/backendConformance.ts';
import { createSqliteBackend } from './createSqliteBackend.ts';

function open(path: string): StateBackend {
  return createSqliteBackend({
    path,
    clock: Date.now,
    reach: neverCrash,
    onBackupFailure: (error) => {
      throw error;
    },
  });
}

describe('the SQLite driver conforms', () => {
  const cases = backendConformance(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sloth-sqlite-'));
    const [first, second] = [open(join(folder, 'stacks.db')), open(join(folder, 'stacks.db'))];
    return {
      first,
      second,
      dispose: async () => {
        await first.close();
        await second.close();
        rmSync(folder, { recursive: true });
      },
    };
  });
  for (const each of cases) test(each.name, each.run);
});
