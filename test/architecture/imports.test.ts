import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const source = join(root, 'src');

/**
 * The import table of docs/architecture.md: what each folder may import, beside itself. The most
 * specific folder counts. Tests (`*.test.ts` and `testing` folders) may import what they test.
 */
const table: Readonly<Record<string, readonly string[]>> = {
  model: [],
  errors: ['model'],
  files: ['model', 'errors'],
  backend: ['model', 'errors'],
  'backends/memory': ['backend', 'model', 'errors'],
  'backends/sqlite': ['backend', 'model', 'errors'],
  'providers/block': ['providers', 'files', 'model', 'errors'],
  'providers/dotenv': ['providers', 'files', 'model', 'errors'],
  'providers/template': ['providers', 'files', 'model', 'errors'],
  'providers/command': ['providers', 'files', 'model', 'errors'],
  'providers/directory': ['providers', 'files', 'model', 'errors'],
  'providers/file': ['providers', 'files', 'model', 'errors'],
  'providers/line': ['providers', 'files', 'model', 'errors'],
  'providers/process': ['providers', 'files', 'model', 'errors'],
  'providers/symlink': ['providers', 'files', 'model', 'errors'],
  'providers/http': ['providers', 'files', 'model', 'errors'],
  'providers/tcp': ['providers', 'files', 'model', 'errors'],
  'providers/user': ['providers', 'files', 'model', 'errors'],
  'providers/group': ['providers', 'files', 'model', 'errors'],
  'providers/cron': ['providers', 'files', 'model', 'errors'],
  'providers/git': ['providers', 'files', 'model', 'errors'],
  'providers/archive': ['providers', 'files', 'model', 'errors'],
  'providers/package': ['providers', 'files', 'model', 'errors'],
  'providers/service': ['providers', 'files', 'model', 'errors'],
  'providers/replace': ['providers', 'files', 'model', 'errors'],
  'providers/kubernetes': ['providers', 'files', 'model', 'errors'],
  'providers/container': ['providers', 'files', 'model', 'errors'],
  'providers/sqlite': ['providers', 'files', 'model', 'errors'],
  'providers/postgres': ['providers', 'files', 'model', 'errors'],
  providers: ['files', 'model', 'errors'],
  'services/deps': ['backend', 'model', 'errors'],
  'services/drift': ['backend', 'model', 'errors'],
  'services/executions': ['backend', 'model', 'errors'],
  'services/locks': ['backend', 'model', 'errors'],
  'services/resources': ['backend', 'model', 'errors'],
  'services/secrets': ['backend', 'model', 'errors'],
  'services/snapshots': ['backend', 'model', 'errors'],
  'services/stacks': ['backend', 'model', 'errors'],
  'services/state': ['backend', 'model', 'errors'],
  'services/validation': ['backend', 'model', 'errors'],
  engine: ['services', 'backend', 'files', 'model', 'errors'],
  'dsl/definition': ['model', 'errors'],
  'dsl/thread': ['model', 'errors'],
  'dsl/lua': ['dsl/definition', 'model', 'errors'],
  'dsl/typescript': ['dsl/definition', 'model', 'errors'],
  sdk: [
    'engine',
    'services',
    'providers',
    'backends',
    'backend',
    'dsl',
    'files',
    'model',
    'errors',
  ],
  cli: ['sdk'],
  entry: ['cli'],
  testing: ['backend', 'model', 'errors'],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function isTest(file: string): boolean {
  return (
    file.endsWith('.test.ts') ||
    /\/testing\//.test(relative(join(root, 'src'), file).replace(/^testing\//, ''))
  );
}

/** Relative imports, also type-only, re-exporting and dynamic ones. */
function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const pattern = /(?:from\s+|import\s*\(\s*|import\s+)['"](\.[^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map(([, target]) => ({
    from: relative(source, file),
    to: relative(source, resolve(dirname(file), target ?? '')),
  }));
}

/** The entry of the table that a file belongs to: the longest that its path begins with. */
function folderOf(path: string): string {
  const matching = Object.keys(table).filter((each) => path.startsWith(`${each}/`));
  return matching.sort((a, b) => b.length - a.length)[0] ?? '';
}

function isAllowed({ from, to }: Import): boolean {
  const own = folderOf(from);
  if (own !== '' && folderOf(to) === own) return true;
  return (table[own] ?? []).some((each) => to.startsWith(`${each}/`));
}

const files = sourceFiles(source);

describe('the import table', () => {
  test('covers every source file', () => {
    const strays = files.map((file) => relative(source, file)).filter((path) => !folderOf(path));
    expect(strays).toEqual([]);
  });

  test('is kept by every import', () => {
    const broken = files
      .filter((file) => !isTest(file))
      .flatMap(importsOf)
      .filter((each) => !isAllowed(each))
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(broken).toEqual([]);
  });

  test('sees a violation', () => {
    expect(isAllowed({ from: 'model/head.ts', to: 'errors/SlothError.ts' })).toBe(false);
    expect(isAllowed({ from: 'services/locks/x.ts', to: 'services/state/y.ts' })).toBe(false);
    expect(isAllowed({ from: 'cli/main.ts', to: 'engine/run.ts' })).toBe(false);
    expect(isAllowed({ from: 'sdk/openRunner.ts', to: 'backends/sqlite/x.ts' })).toBe(true);
  });

  test('keeps decisions pure: the model and the errors import no module of the runtime', () => {
    const impure = files
      .filter((file) => /^(model|errors)\//.test(relative(source, file)) && !isTest(file))
      .filter((file) => /from\s+['"][^.'"]/.test(readFileSync(file, 'utf8')))
      .map((file) => relative(source, file));
    expect(impure).toEqual([]);
  });
});
