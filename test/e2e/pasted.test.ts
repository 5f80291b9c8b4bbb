import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { startPostgres } from '../providers/startPostgres.ts';
import { declare, found, run } from './declare.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const isRoot = process.getuid?.() === 0;
/** Of many lines, and with all that a literal could get wrong. */
const awkward = `\n# says "hi" to \${HOME} and \`it's\` [[here]] ]=] \\n\nend]`;

/** What a command printed from the line on in which the declaration begins. */
function declarationIn(stdout: string): string {
  const from = stdout.indexOf('\nresource');
  const to = stdout.indexOf('\n})', from);
  if (from === -1 || to === -1) throw new Error(`there is no declaration in:\n${stdout}`);
  return stdout.slice(from + 1, to + '\n})'.length);
}

function scripted(box: Sandbox, declaration: string): void {
  box.write(
    'w.sloth.ts',
    `import { resource, workflow } from 'sloth-runner';\nworkflow.define('w').resources([${declaration}]);`,
  );
}

const runScripted = (...flags: string[]): string[] => [
  'run',
  '-f',
  'w.sloth.ts',
  '-s',
  's',
  ...flags,
];

interface Imported {
  readonly type: string;
  readonly id: string;
  readonly prepare?: (box: Sandbox) => unknown;
  readonly skip?: boolean;
}

const server = await startPostgres();
const { hostname: PGHOST = '', port: PGPORT = '' } =
  server === undefined ? {} : new URL(server.url);
const environment = { PGHOST, PGPORT, PGUSER: 'tester', PGDATABASE: 'postgres' };
const noServer = server === undefined;

const samples: readonly Imported[] = [
  { type: 'file', id: 'a.conf', prepare: (box) => box.write('a.conf', awkward, 0o640) },
  { type: 'file', id: 'empty', prepare: (box) => box.write('empty', '') },
  { type: 'file', id: 'crlf', prepare: (box) => box.write('crlf', 'a\r\n\tb \r\n\u{1f600}\u009b') },
  { type: 'directory', id: 'd', prepare: (box) => mkdirSync(join(box.folder, 'd')) },
  { type: 'symlink', id: 'l', prepare: (box) => symlinkSync(`it's "x"`, join(box.folder, 'l')) },
  { type: 'user', id: 'root', skip: !isRoot },
  { type: 'user', id: 'nobody', skip: !isRoot },
  { type: 'group', id: 'root', skip: !isRoot },
  { type: 'package', id: 'bash', skip: !existsSync('/usr/bin/dpkg-query') },
  {
    type: 'sqlite_table',
    id: 'data.db my orders',
    prepare(box) {
      const database = new DatabaseSync(join(box.folder, 'data.db'));
      database.exec(`CREATE TABLE "my orders" ("a b" INTEGER PRIMARY KEY, end TEXT DEFAULT 'it''s',
        c DECIMAL(10, 2) NOT NULL CHECK (c > 0), d)`);
      database.close();
    },
  },
  {
    type: 'git',
    id: 'checkout',
    prepare(box) {
      const git = (...words: string[]): void => {
        const author = ['-c', 'user.name=t', '-c', 'user.email=t@localhost'];
        execFileSync('git', [...author, ...words], { cwd: box.folder, stdio: 'pipe' });
      };
      git('init', '-q', '-b', 'main', 'origin');
      writeFileSync(join(box.folder, 'origin/file'), 'x');
      git('-C', 'origin', 'add', '.');
      git('-C', 'origin', 'commit', '-q', '-m', 'one');
      git('clone', '-q', join(box.folder, 'origin'), 'checkout');
    },
  },
  { type: 'postgres_role', id: 'tester', skip: noServer },
  { type: 'postgres_database', id: 'postgres', skip: noServer },
  { type: 'postgres_schema', id: 'public', skip: noServer },
  { type: 'postgres_grant', id: 'public database postgres', skip: noServer },
];

afterAll(async () => server?.stop());

describe('what import prints plans as unchanged when it is pasted', () => {
  for (const { type, id, prepare, skip = false } of samples) {
    test.skipIf(skip)(`${type} ${id}`, async () => {
      const box = createSandbox(environment);
      await prepare?.(box);
      await box.sloth('stack', 'new', 's');
      const imported = await box.sloth('import', '--stack', 's', type, 'my own', id);
      expect([imported.stderr, imported.status]).toEqual(['', 0]);
      const declaration = declarationIn(imported.stdout);
      declare(box, [declaration]);
      const dry = await box.sloth(...run('--dry-run'));
      expect([dry.stderr, dry.stdout, dry.status]).toEqual([
        '',
        expect.stringContaining('Plan: 1 unchanged'),
        0,
      ]);
      const done = await box.sloth(...run());
      expect([done.status, done.stdout]).toEqual([0, expect.stringContaining('unchanged')]);
    });
  }

  test('in TypeScript, where the workflow of the stack is written in it', async () => {
    const box = createSandbox();
    box.write('a.conf', awkward, 0o640);
    scripted(box, `resource.file('b', { path: 'b', content: 'x' })`);
    expect((await box.sloth(...runScripted())).status).toBe(0);
    const imported = await box.sloth('import', '--stack', 's', 'file', "it's", 'a.conf');
    scripted(
      box,
      `resource.file('b', { path: 'b', content: 'x' }), ${declarationIn(imported.stdout)}`,
    );
    const dry = await box.sloth(...runScripted('--dry-run'));
    expect([dry.stderr, dry.stdout]).toEqual(['', expect.stringContaining('Plan: 2 unchanged')]);
  });

  test('a server is asked for a check that is imported', async () => {
    const answering = createServer((_, response) => response.writeHead(404).end('no'));
    await new Promise<void>((done) => answering.listen(0, '127.0.0.1', done));
    onTestFinished(() => void answering.close());
    const address = answering.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const box = createSandbox();
    await box.sloth('stack', 'new', 's');
    const ids = [
      ['http', `http://127.0.0.1:${port}/x`],
      ['tcp', `127.0.0.1:${port}`],
    ] as const;
    const declarations: string[] = [];
    for (const [type, id] of ids) {
      const { stdout } = await box.sloth('import', '--stack', 's', type, 'web', id);
      declarations.push(declarationIn(stdout));
    }
    declare(box, declarations);
    const dry = await box.sloth(...run('--dry-run'));
    expect([dry.stderr, dry.stdout]).toEqual(['', expect.stringContaining('Plan: 2 unchanged')]);
  });
});

test('an empty table of Lua is an empty list where a list is meant', async () => {
  const box = createSandbox();
  const table = 'attributes = {}';
  declare(box, [
    `resource.command("c", { read = "echo '{}'", apply = "true", ${table}, sensitive = {} })`,
    `resource.user("u", { name = "root", groups = {} })`,
  ]);
  const dry = await box.sloth(...run('--dry-run'));
  expect([dry.stderr, dry.stdout]).toEqual(['', expect.stringContaining('unchanged')]);
});

describe('what drift adopt prints plans as unchanged when it is pasted', () => {
  const text = awkward.replace('hi', 'by hand');

  test('in Lua, whatever somebody wrote, and with options that stay where they are', async () => {
    const box = createSandbox();
    const before = `resource.file("a", { path = "a.conf", content = "one\\n", mode = "0640" })`;
    declare(box, [before]);
    await box.sloth(...run());
    box.write('a.conf', text, 0o640);
    const adopted = await box.sloth('stack', 'drift', 'adopt', 's', 'a');
    expect([adopted.stderr, adopted.status]).toEqual(['', 0]);
    expect(adopted.stdout).toContain('New in it: content.');
    declare(box, [declarationIn(adopted.stdout)]);
    const dry = await box.sloth(...run('--dry-run'));
    expect([dry.stderr, dry.stdout]).toEqual(['', expect.stringContaining('Plan: 1 unchanged')]);
    expect((await box.sloth(...run())).status).toBe(0);
    expect(readFileSync(join(box.folder, 'a.conf'), 'utf8')).toBe(text);
    expect(await found(box)).toEqual({ 'file.a': 'in_sync' });
  });

  test('in TypeScript', async () => {
    const box = createSandbox();
    scripted(box, `resource.file('a', { path: 'a.conf', content: 'one' })`);
    await box.sloth(...runScripted());
    box.write('a.conf', text);
    const adopted = await box.sloth('stack', 'drift', 'adopt', 's', 'a');
    scripted(box, declarationIn(adopted.stdout));
    const dry = await box.sloth(...runScripted('--dry-run'));
    expect([dry.stderr, dry.stdout]).toEqual(['', expect.stringContaining('Plan: 1 unchanged')]);
  });

  test('for a table of a database, and roles of a server', async () => {
    const box = createSandbox(environment);
    const table = `resource.sqlite_table("t", { database = "data.db", name = "o", columns = { a = "TEXT", b = "INT" } })`;
    const role = `resource.postgres_role("r", { name = "adopted one", login = true, member_of = { "pg_monitor" } })`;
    const all = noServer ? [table] : [table, role];
    declare(box, all);
    await box.sloth(...run());
    const database = new DatabaseSync(join(box.folder, 'data.db'));
    database.exec(`ALTER TABLE o DROP COLUMN b; ALTER TABLE o RENAME TO x;
      CREATE TABLE o (a INTEGER NOT NULL DEFAULT 'it''s')`);
    database.close();
    await server?.query('ALTER ROLE "adopted one" NOLOGIN; REVOKE pg_monitor FROM "adopted one"');
    const declarations: string[] = [];
    for (const name of noServer ? ['t'] : ['t', 'r']) {
      const adopted = await box.sloth('stack', 'drift', 'adopt', 's', name);
      expect([adopted.stderr, adopted.status]).toEqual(['', 0]);
      declarations.push(declarationIn(adopted.stdout));
    }
    declare(box, declarations);
    const dry = await box.sloth(...run('--dry-run'));
    expect([dry.stderr, dry.stdout]).toEqual([
      '',
      expect.stringContaining(`Plan: ${all.length} unchanged`),
    ]);
    await server?.query('DROP ROLE "adopted one"');
  });

  test('of a secret it says how to give it, and shows nothing of it', async () => {
    const box = createSandbox({ PW: 'hunter22', LINE: 'k=hunter33' });
    const line = (value: string): string =>
      `resource.line("l", { path = "l", line = ${value}, match = "^k=", sensitive = { "line" } })`;
    declare(box, [line('"k=" .. secret(os.getenv("PW"))')]);
    await box.sloth(...run());
    box.write('l', 'k=hunter33\n');
    const adopted = await box.sloth('stack', 'drift', 'adopt', 's', 'l');
    expect(adopted.stdout).toContain('Give it as: line = secret(os.getenv("L_LINE")),');
    expect(adopted.stdout + adopted.stderr).not.toMatch(/hunter|nil/);
    declare(box, [line('secret(os.getenv("LINE"))')]);
    const dry = await box.sloth(...run('--dry-run'));
    expect([dry.stderr, dry.stdout]).toEqual(['', expect.stringContaining('Plan: 1 unchanged')]);
  });
});
