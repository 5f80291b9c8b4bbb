/** Writes `docs/cli.md` from the command table: the reference and the program can't disagree. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { renderReference } from '../src/cli/renderReference.ts';

const path = resolve(import.meta.dirname, '../docs/cli.md');
const text = renderReference();
if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) {
    process.stderr.write('docs/cli.md is not what the commands say; write it anew: npm run docs\n');
    process.exit(1);
  }
} else writeFileSync(path, text);
