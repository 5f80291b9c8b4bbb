/**
 * Tries a release without making one: packs the package, installs it into an empty project as a user
 * would, runs the quickstart from there, and says what would be published. `npm publish` is left to
 * whoever reads that.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'sloth-release-'));

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

function npm(cwd: string, ...args: readonly string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function pack(): Packed {
  // What the build says comes first; the last of it is the answer.
  const printed = npm(root, 'pack', '--json', '--pack-destination', folder);
  const [packed] = JSON.parse(printed.slice(printed.lastIndexOf('\n[') + 1)) as Packed[];
  if (packed === undefined) throw new Error('npm packed nothing');
  return packed;
}

/** A project that knows nothing of this one. */
function install(tarball: string): string {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true }\n');
  npm(project, 'install', '--no-audit', '--no-fund', tarball);
  return project;
}

try {
  const packed = pack();
  const project = install(join(folder, packed.filename));
  const installed = join(project, 'node_modules/sloth-runner');
  cpSync(join(installed, 'examples/quickstart'), join(project, 'quickstart'), { recursive: true });
  const program = join(installed, 'bin/sloth-runner.cjs');
  const args = [join(project, 'quickstart/quickstart.ts'), program];
  execFileSync(process.execPath, args, { cwd: project, stdio: 'inherit' });
  const names = packed.files.map(({ path }) => `  ${path}\n`).join('');
  const sizes = `${packed.size} bytes, ${packed.unpackedSize} unpacked`;
  process.stdout.write(
    `\nIt works from an empty project. This would be published:\n\n${names}\n${packed.filename}: ${packed.files.length} files, ${sizes}\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
