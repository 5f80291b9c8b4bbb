/**
 * Builds `dist/`: the small start of the CLI, the whole program, the library and its types.
 *
 * Everything lies directly in `dist/`, because the loader of TypeScript workflows finds the
 * package's entry and its hooks beside itself.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
};
// Built aside and moved into place at the end: a test that runs meanwhile sees the old or the new.
const out = mkdtempSync(join(root, 'dist-'));

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22.13',
  packages: 'external',
  legalComments: 'none',
  define: { SLOTH_RUNNER_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
} satisfies BuildOptions;

/**
 * The small program never tells an error: whatever goes wrong, the whole program does it again and
 * tells. So the sentences, a third of its size, are left out of it.
 */
const withoutSentences: Plugin = {
  name: 'without-sentences',
  setup({ onLoad }) {
    onLoad({ filter: /\/errors\/catalogue\.ts$/ }, () => ({
      contents: 'export const catalogue = {};',
      loader: 'ts',
    }));
  },
};

try {
  await build({
    ...common,
    entryPoints: {
      index: 'src/sdk/index.ts',
      testing: 'src/testing/index.ts',
      patternThread: 'src/dsl/lua/patterns/patternThread.ts',
      threadHooks: 'src/dsl/typescript/modules/threadHooks.ts',
    },
    format: 'esm',
    splitting: true,
    sourcemap: true,
    outdir: out,
  });
  // CommonJS, all in one: an ESM import of each of Node's own modules makes a facade that touches
  // every lazy part of it, and linking some chunks costs more than reading one file.
  await build({
    ...common,
    entryPoints: ['src/entry/main.ts'],
    format: 'cjs',
    sourcemap: true,
    outfile: join(out, 'main.cjs'),
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { ...common.define, 'import.meta.url': 'moduleUrl' },
  });
  // What threads run. CommonJS too, for the same reason.
  await build({
    ...common,
    entryPoints: ['src/sdk/engine/engineThread.ts'],
    format: 'cjs',
    sourcemap: true,
    outfile: join(out, 'engineThread.cjs'),
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { ...common.define, 'import.meta.url': 'moduleUrl' },
  });
  await build({
    ...common,
    entryPoints: ['src/entry/cli.ts'],
    format: 'cjs',
    minify: true,
    plugins: [withoutSentences],
    outfile: join(out, 'cli.cjs'),
  });
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      '-p',
      join(root, 'tsconfig.build.json'),
      '--outDir',
      join(out, 'types'),
    ],
    { stdio: 'inherit' },
  );
  chmodSync(out, 0o755);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  renameSync(out, join(root, 'dist'));
} catch (error) {
  rmSync(out, { recursive: true, force: true });
  throw error;
}
