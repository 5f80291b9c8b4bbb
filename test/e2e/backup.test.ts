import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';

async function prepared(): Promise<Sandbox> {
  const box = createSandbox();
  await box.sloth('stack', 'new', 's');
  await box.sloth('state', 'set', 's', 'a', '1');
  return box;
}

async function valueOf(box: Sandbox): Promise<string> {
  return (await box.sloth('state', 'get', 's', 'a')).stdout.trim();
}

describe('backups of the whole database', () => {
  test('a backup is put back in place of everything, and that can be undone', async () => {
    const box = await prepared();
    expect((await box.sloth('backup', 'create', '-o', 'one.bak')).stdout).toContain('one.bak');
    await box.sloth('state', 'set', 's', 'a', '2');
    await box.sloth('stack', 'new', 'later');
    const before = readFileSync(box.db);
    const dry = await box.sloth('backup', 'restore', 'one.bak', '--dry-run');
    expect(dry.stdout).toMatch(/later +#1 +not there\ns +#3 +#2\n/);
    expect(readFileSync(box.db).equals(before)).toBe(true);

    const restored = await box.sloth('backup', 'restore', 'one.bak', '--yes');
    expect([restored.stderr, restored.status]).toEqual(['', 0]);
    expect(await valueOf(box)).toBe('1');
    expect((await box.sloth('stack', 'show', 'later')).status).toBe(4);
    const log = await box.sloth('stack', 'log', 's', '--verify');
    expect(log.stdout).toContain('3 commits, none altered');
    const events = await box.sloth('events', 'list', '--stack', 's');
    expect(events.stdout).toContain("stack 's' was set back to serial 2");

    const undo = /backup restore (\S+)/.exec(restored.stdout)?.[1] ?? '';
    expect((await box.sloth('backup', 'restore', undo, '--yes')).status).toBe(0);
    expect(await valueOf(box)).toBe('2');
    expect((await box.sloth('stack', 'show', 'later')).status).toBe(0);
    expect(readdirSync(join(dirname(box.db), 'backups')).filter(isLeftover)).toEqual([]);
  });

  test('one that is made while others write is whole', async () => {
    const box = await prepared();
    const writer = box.shell(
      'for i in $(seq 1 25); do sloth-runner state set s a $i >/dev/null; done',
    );
    for (let made = 0; made < 5; made++) {
      expect((await box.sloth('backup', 'create')).status).toBe(0);
    }
    await writer;
    const all = JSON.parse((await box.sloth('backup', 'list', '--json')).stdout) as {
      name: string;
      reason: string;
    }[];
    const names = all.filter(({ reason }) => reason === 'manual').map(({ name }) => name);
    expect(names).toHaveLength(5);
    for (const name of names) {
      const { stdout, status } = await box.sloth('backup', 'verify', name);
      expect([stdout, status]).toEqual([expect.stringContaining('Whole: 1 stack'), 0]);
    }
  });

  test('what was altered in one is found, and it is not put back', async () => {
    const box = await prepared();
    await box.sloth('backup', 'create', '-o', 'one.bak');
    const database = new DatabaseSync(join(box.folder, 'one.bak'));
    database.exec(`UPDATE commits SET body = replace(body, '"a"', '"b"') WHERE serial = 2`);
    database.close();
    const verified = await box.sloth('backup', 'verify', 'one.bak');
    expect([verified.stdout, verified.status]).toEqual([
      expect.stringContaining('its content was altered'),
      1,
    ]);
    await box.sloth('state', 'set', 's', 'a', '2');
    const { stderr, status } = await box.sloth('backup', 'restore', 'one.bak', '--yes');
    expect([stderr, status]).toEqual([expect.stringContaining('is not whole'), 1]);
    expect(await valueOf(box)).toBe('2');
  });

  test.each(['stacks', 'entries', 'commits'])(
    'it is put back over a store whose %s are damaged, which is put aside',
    async (table) => {
      const box = await prepared();
      expect((await box.sloth('backup', 'create')).status).toBe(0);
      const database = new DatabaseSync(box.db);
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      const root = database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table);
      database.close();
      const file = readFileSync(box.db);
      file.fill(0x55, (Number(root?.rootpage) - 1) * 4096, Number(root?.rootpage) * 4096);
      writeFileSync(box.db, file);
      expect((await box.sloth('stack', 'show', 's')).status === 0).toBe(table === 'commits');
      expect((await box.sloth('backup', 'list')).stdout).toContain('manual');

      const restored = await box.sloth('backup', 'restore', 'latest', '--yes');
      expect([restored.stderr, restored.status]).toEqual([expect.stringContaining('put aside'), 0]);
      expect(await valueOf(box)).toBe('1');
      expect((await box.sloth('stack', 'log', 's', '--verify')).status).toBe(0);
      expect(readdirSync(dirname(box.db)).filter((name) => name.includes('.damaged.'))).not.toEqual(
        [],
      );
    },
  );

  test('it is refused while somebody holds a lock, and nothing changes', async () => {
    const box = await prepared();
    await box.sloth('backup', 'create', '-o', 'one.bak');
    await box.sloth('state', 'set', 's', 'a', '2');
    await box.sloth('stack', 'lock', 'acquire', 's', '--reason', 'at work');
    const { stderr, status } = await box.sloth('backup', 'restore', 'one.bak', '--yes');
    expect([stderr, status]).toEqual([expect.stringContaining("Stack 's' is locked"), 3]);
    expect(await valueOf(box)).toBe('2');
  });

  test.each([
    ['nothing of that name', 'nowhere', "There is no backup 'nowhere'", 4],
    ['some other file', 'text', 'is not a sloth-runner database', 1],
    ['half a backup', 'half', 'damaged', 1],
  ])('%s is one clear error', async (_, name, said, code) => {
    const box = await prepared();
    await box.sloth('backup', 'create', '-o', 'one.bak');
    box.write('text', 'hello\n'.repeat(2000));
    writeFileSync(
      join(box.folder, 'half'),
      readFileSync(join(box.folder, 'one.bak')).subarray(0, 9000),
    );
    for (const command of ['verify', 'restore']) {
      const { stderr, status } = await box.sloth('backup', command, name);
      expect([stderr, status]).toEqual([expect.stringContaining(said), code]);
    }
  });

  test('a backup replaces no file, and asks before it is put back', async () => {
    const box = await prepared();
    box.write('taken', 'mine');
    const { stderr, status } = await box.sloth('backup', 'create', '-o', 'taken');
    expect([stderr, status]).toEqual([expect.stringContaining('is there already'), 1]);
    expect(readFileSync(join(box.folder, 'taken'), 'utf8')).toBe('mine');
    await box.sloth('backup', 'create');
    expect((await box.sloth('backup', 'restore', 'latest')).stderr).toContain('--yes');
  });
});

function isLeftover(name: string): boolean {
  return name.includes('partial');
}
