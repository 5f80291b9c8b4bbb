/** Measures every promise about speed, prints the table, and keeps it as JSON and in the README. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { benchLocks } from './cases/locks.ts';
import { benchResources } from './cases/resources.ts';
import { benchSnapshots } from './cases/snapshots.ts';
import { benchStacks } from './cases/stacks.ts';
import { benchStartup } from './cases/startup.ts';
import { benchStateSize } from './cases/stateSize.ts';
import { benchTasks } from './cases/tasks.ts';
import type { Result } from './Result.ts';

const root = resolve(import.meta.dirname, '..');
const START = '<!-- bench -->';
const END = '<!-- /bench -->';

function amount(value: number, unit: string): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ${unit}`;
}

function table(results: readonly Result[]): string {
  const lines = results.map((result) => {
    const { what, unit, measured, reference, referenceValue, ratio, bound, holds } = result;
    const verdict = holds === null ? '' : holds ? 'yes' : '**no**';
    return `| ${what} | ${amount(measured, unit)} | ${reference}: ${amount(referenceValue, unit)} | ${ratio.toFixed(2)} × | ${bound} | ${verdict} |`;
  });
  return [
    '| what | median | reference, same run | ratio | promise | holds |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

function updateReadme(text: string): void {
  const path = join(root, 'README.md');
  const readme = readFileSync(path, 'utf8');
  const [from, to] = [readme.indexOf(START), readme.indexOf(END)];
  if (from === -1 || to === -1) return;
  writeFileSync(path, `${readme.slice(0, from + START.length)}\n${text}\n${readme.slice(to)}`);
}

const results = [
  ...(await benchStartup()),
  ...(await benchLocks()),
  ...(await benchTasks()),
  ...(await benchStateSize()),
  ...(await benchResources()),
  ...(await benchSnapshots()),
  ...(await benchStacks()),
];
const conditions = `Node ${process.version}, ${cpus().length} cores, ${process.platform}`;
process.stdout.write(`${conditions}\n\n${table(results)}\n`);
mkdirSync(join(root, 'bench/results'), { recursive: true });
const record = { node: process.version, cores: cpus().length, platform: process.platform, results };
writeFileSync(join(root, 'bench/results/latest.json'), `${JSON.stringify(record, null, 2)}\n`);
if (process.argv.includes('--readme')) updateReadme(`${table(results)}\n\n${conditions}; medians.`);
