import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { circles } from './circles.ts';
import { type Floor, readFloors } from './readFloors.ts';

const root = resolve(import.meta.dirname, '../..');
const source = join(root, 'src');
const document = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

interface Import {
  readonly from: string;
  readonly to: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(source, join(entry.parentPath, entry.name)));
}

/** Tests, and what only they use, may import what they test. */
function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || /.\/testing\//.test(path);
}

/** Relative imports, also type-only, re-exporting and dynamic ones. */
function importsOf(path: string): Import[] {
  const text = readFileSync(join(source, path), 'utf8');
  const pattern = /(?:from\s+|import\s*\(\s*|import\s+)['"](\.[^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map(([, target]) => ({
    from: path,
    to: relative(source, resolve(source, dirname(path), target ?? '')),
  }));
}

/** The floor that a file stands on: the longest that its path begins with. */
function floorOf(path: string): Floor | undefined {
  const matching = floors.filter(({ folder }) => path.startsWith(`${folder}/`));
  return matching.sort((a, b) => b.folder.length - a.folder.length)[0];
}

function isAllowed({ from, to }: Import): boolean {
  const [own, other] = [floorOf(from), floorOf(to)];
  if (own === undefined || other === undefined) return false;
  return own.folder === other.folder || own.mayImport.includes(other.folder);
}

const files = sourceFiles(source);
const floors = readFloors(document, new Set(files.flatMap(foldersAbove)));
const imports = files.filter((path) => !isTest(path)).flatMap(importsOf);

function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

describe('the table of docs/architecture.md', () => {
  test('covers every source file', () => {
    expect(files.filter((path) => floorOf(path) === undefined)).toEqual([]);
  });

  test('is kept by every import', () => {
    const broken = imports.filter((each) => !isAllowed(each));
    expect(broken.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test('has no arrow upwards', () => {
    const order = floors.map(({ folder }) => folder);
    const upwards = floors.flatMap(({ folder, mayImport }, index) =>
      mayImport
        .filter((each) => order.indexOf(each) >= index)
        .map((each) => `${folder} may import ${each}, which stands above it`),
    );
    expect(upwards).toEqual([]);
  });

  test('allows nothing that nobody needs', () => {
    const used = new Set(
      imports.map(({ from, to }) => `${floorOf(from)?.row} > ${floorOf(to)?.folder}`),
    );
    const idle = floors
      .filter(({ folder }) => folder !== 'engine')
      .flatMap(({ row, names }) =>
        [...names]
          .filter(([, meant]) => !meant.some((each) => used.has(`${row} > ${each}`)))
          .map(([name]) => `${row}: ${name}`),
      );
    expect([...new Set(idle)]).toEqual([]);
  });

  test('sees a violation', () => {
    expect(isAllowed({ from: 'model/head.ts', to: 'errors/SlothError.ts' })).toBe(false);
    expect(isAllowed({ from: 'services/locks/x.ts', to: 'services/state/y.ts' })).toBe(false);
    expect(isAllowed({ from: 'engine/secrets/x.ts', to: 'engine/run/y.ts' })).toBe(false);
    expect(isAllowed({ from: 'cli/main.ts', to: 'engine/run/x.ts' })).toBe(false);
    expect(isAllowed({ from: 'sdk/openRunner.ts', to: 'backends/sqlite/x.ts' })).toBe(true);
  });
});

test('no file imports itself by way of others, not even for a type', () => {
  const graph = new Map<string, Set<string>>();
  for (const { from, to } of imports) graph.set(from, (graph.get(from) ?? new Set()).add(to));
  expect(circles(graph)).toEqual([]);
  expect(
    circles(
      new Map([
        ['a', new Set(['b'])],
        ['b', new Set(['a'])],
      ]),
    ),
  ).toEqual([['a', 'b']]);
});

test('decisions are pure: the model and the errors import no module of the runtime', () => {
  const impure = files
    .filter((path) => /^(model|errors)\//.test(path) && !isTest(path))
    .filter((path) => /from\s+['"][^.'"]/.test(readFileSync(join(source, path), 'utf8')));
  expect(impure).toEqual([]);
});
