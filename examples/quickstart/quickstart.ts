/**
 * Runs the example in a temporary folder with a database of its own, and shows what is there
 * afterwards. Types nothing that you could not type yourself. An argument names another program than
 * the one that was built here.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'sloth-quickstart-'));
const cli = resolve(process.argv[2] ?? join(root, 'bin/sloth-runner.cjs'));
const env = {
  ...process.env,
  PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
  SLOTH_RUNNER_DB: join(folder, 'stacks.db'),
  QUICKSTART_SERVER: join(import.meta.dirname, 'server.js'),
};

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Types a command, as a user would see it; `drift detect` says with 2 that it found something. */
function type(...args: readonly string[]): void {
  say(`\n$ sloth-runner ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    env,
    stdio: 'inherit',
  });
  if (status === 0 || (status === 2 && args.includes('detect'))) return;
  stopServer();
  process.exit(status ?? 1);
}

/** Ends the server that the workflow keeps running, by its id. */
function stopServer(): void {
  const file = join(folder, 'serve.pid');
  if (!existsSync(file)) return;
  try {
    process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

for (const name of ['site.sloth', 'values.yaml']) {
  cpSync(join(import.meta.dirname, name), join(folder, name));
}
say(`A workflow runs against a stack, in ${folder}`);
type('run', '--file', 'site.sloth', '--stack', 'quickstart', '--values', 'values.yaml');
type('stack', 'show', 'quickstart');
type('stack', 'output', 'quickstart');
type('stack', 'snapshot', 'list', 'quickstart');
type('events', 'list', 'quickstart', '--severity', 'info');

say(`
Now somebody edits a file, stops the server (so that what needs it gets no answer) and deletes a
link, and nobody says so:

  echo '{}' > settings.json; kill $(head -n 1 serve.pid); rm latest`);
writeFileSync(join(folder, 'settings.json'), '{}');
stopServer();
unlinkSync(join(folder, 'latest'));
type('stack', 'drift', 'detect', 'quickstart');
type('stack', 'drift', 'show', 'quickstart');
type('stack', 'drift', 'fix', 'quickstart', '--auto-approve');
type('stack', 'drift', 'detect', 'quickstart');
stopServer();
say(`
What to type next:

  cd ${folder}
  export SLOTH_RUNNER_DB=$PWD/stacks.db PATH=${join(root, 'node_modules/.bin')}:$PATH
  alias sloth-runner='node ${cli}'

  sloth-runner stack state list quickstart       # what the workflow remembers
  sloth-runner stack log quickstart --verify     # prove that nobody altered its history
  sloth-runner stack lock acquire quickstart --reason "my turn"
  sloth-runner --help
`);
