import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createSandbox } from './sandbox.ts';

const NOTHING = 'workflow.define("w"):tasks({ task("t"):command(function() return true end) })';

describe('locks', () => {
  test('the life of a lock prints what the specification shows', async () => {
    const box = createSandbox();
    const acquired = await box.sloth(
      'stack',
      'lock',
      'acquire',
      'production-stack',
      '--reason',
      'Deploying v2.0.0',
      '--locked-by',
      'deploy-bot',
      '--operation',
      'deployment',
    );
    expect(acquired.status).toBe(0);
    expect(acquired.stdout).toMatch(
      /^✓ Stack 'production-stack' created\n✓ Lock acquired for stack 'production-stack'\n\nLock Details:\n {2}Locked by: {4}deploy-bot\n {2}Locked at: {4}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n {2}Operation: {4}deployment\n {2}Reason: {7}Deploying v2.0.0\n {2}Expires: {6}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n$/,
    );
    const locked = await box.sloth('stack', 'lock', 'status', 'production-stack');
    expect(locked.stdout).toMatch(/^Stack: production-stack\nStatus: LOCKED\n\nLock Details:\n/);
    expect(locked.stdout).toMatch(/ {2}Duration: {5}\d+(ms|s|\.\ds)/);

    const released = await box.sloth(
      'stack',
      'lock',
      'release',
      'production-stack',
      '--unlocked-by',
      'deploy-bot',
    );
    expect(released.stdout).toBe("✓ Lock released for stack 'production-stack'\n");
    const free = await box.sloth('stack', 'lock', 'status', 'production-stack');
    expect(free.stdout).toBe('Stack: production-stack\nStatus: UNLOCKED\n');
  });

  test('whoever else comes is told who, since when, why, and the two ways out', async () => {
    const box = createSandbox();
    box.write('w.sloth', NOTHING);
    await box.sloth('stack', 'lock', 'acquire', 's', '--locked-by', 'ana', '--reason', 'mine');
    // Somebody else: the same store, another home, so nothing is remembered.
    box.env.XDG_STATE_HOME = `${box.folder}/other`;
    for (const command of [
      ['run', '--file', 'w.sloth', '--stack', 's'],
      ['stack', 'state', 'set', 's', 'k', '1'],
      ['stack', 'lock', 'acquire', 's'],
      ['stack', 'delete', 's', '--yes'],
    ]) {
      const { status, stderr } = await box.sloth(...command);
      expect([command, status]).toEqual([command, 3]);
      expect(stderr).toMatch(/locked by ana since \d{4}-\d\d-\d\d/);
      expect(stderr).toContain('mine');
      expect(stderr).toContain('--wait 5m');
      expect(stderr).toContain('force-release s');
    }
    const validated = await box.sloth('stack', 'validate', 's');
    expect(validated.status).toBe(1);
    expect(validated.stdout).toContain('Locked by ana (mine)');
  });

  test('a lock is carried elsewhere by its id', async () => {
    const box = createSandbox();
    box.write('w.sloth', NOTHING);
    const acquired = await box.sloth('stack', 'lock', 'acquire', 's', '--json');
    const { lock } = JSON.parse(acquired.stdout) as { lock: { id: string } };
    box.env.XDG_STATE_HOME = `${box.folder}/other`;
    box.env.SLOTH_RUNNER_LOCK_ID = lock.id;
    expect((await box.sloth('run', '--file', 'w.sloth', '--stack', 's')).status).toBe(0);
    expect((await box.sloth('stack', 'lock', 'release', 's')).status).toBe(0);
  });

  test('a lock is given to those who wait in the order of their arrival', async () => {
    const box = createSandbox();
    await box.sloth('stack', 'lock', 'acquire', 's', '--locked-by', 'first');
    const wait = (who: string) =>
      box.start('stack', 'lock', 'acquire', 's', '--locked-by', who, '--wait', '1m');
    const second = wait('second');
    await second.printed('place 1 in line, held by first');
    const third = wait('third');
    await third.printed('place 2 in line');
    const status = await box.sloth('stack', 'lock', 'status', 's');
    expect(status.stdout).toContain('Waiting:\n  1. second\n  2. third\n');

    await box.sloth('stack', 'lock', 'release', 's', '--unlocked-by', 'first');
    expect((await second.ended).stdout).toMatch(/Locked by: {4}second/);
    await box.sloth('stack', 'lock', 'release', 's', '--unlocked-by', 'second');
    expect((await third.ended).stdout).toMatch(/Locked by: {4}third/);
  });

  test('whoever gives up waiting, or dies waiting, leaves the line', async () => {
    const box = createSandbox();
    await box.sloth('stack', 'lock', 'acquire', 's', '--locked-by', 'first');
    const patient = box.start('stack', 'lock', 'acquire', 's', '--wait', '1m');
    await patient.printed('place 1 in line');
    patient.child.kill('SIGKILL');
    await patient.ended;
    const brief = await box.sloth('stack', 'lock', 'acquire', 's', '--wait', '300ms');
    expect(brief.status).toBe(3);
    expect(brief.stderr).toContain('after waiting 300ms');
    await box.sloth('stack', 'lock', 'release', 's', '--unlocked-by', 'first');
    expect((await box.sloth('stack', 'lock', 'acquire', 's')).status).toBe(0);
  });

  test('a lock with a short life frees itself', async () => {
    const box = createSandbox();
    await box.sloth('stack', 'lock', 'acquire', 's', '--ttl', '1s', '--locked-by', 'ana');
    box.env.XDG_STATE_HOME = `${box.folder}/other`;
    await delay(1100);
    const { status, stdout } = await box.sloth('stack', 'lock', 'acquire', 's');
    expect([status, stdout]).toEqual([0, expect.stringContaining('Lock acquired')]);
    const events = await box.sloth('events', 'list', 's', '--type', 'lock.expired', '--json');
    expect((JSON.parse(events.stdout) as { events: unknown[] }).events).toHaveLength(1);
  });

  test('force-release warns, says whom it robbed, and is kept in the trail', async () => {
    const box = createSandbox();
    await box.sloth('stack', 'lock', 'acquire', 's', '--locked-by', 'ana');
    box.env.XDG_STATE_HOME = `${box.folder}/other`;
    const forced = await box.sloth(
      'stack',
      'lock',
      'force-release',
      's',
      '--reason',
      'Emergency maintenance',
    );
    expect(forced.status).toBe(0);
    expect(forced.stdout).toMatch(
      /^⚠ WARNING: Force releasing lock for stack 's'\n✓ Lock force-released\n/,
    );
    expect(forced.stdout).toContain('held by ana');
    const events = await box.sloth(
      'events',
      'list',
      's',
      '--type',
      'lock.force_released',
      '--json',
    );
    expect(events.stdout).toContain('Emergency maintenance');
  });

  test('lock list shows every lock', async () => {
    const box = createSandbox();
    expect((await box.sloth('stack', 'lock', 'list')).stdout).toBe('No stack is locked\n');
    await box.sloth('stack', 'lock', 'acquire', 'a', '--locked-by', 'ana');
    await box.sloth('stack', 'lock', 'acquire', 'b', '--locked-by', 'ben');
    await box.sloth('stack', 'new', 'c');
    const { stdout } = await box.sloth('stack', 'lock', 'list', '--json');
    const rows = JSON.parse(stdout) as { stack: string; lock: { locked_by: string } }[];
    expect(rows.map(({ stack, lock }) => [stack, lock.locked_by])).toEqual([
      ['a', 'ana'],
      ['b', 'ben'],
    ]);
  });
});

describe('races', () => {
  const ROUNDS = 20;
  const RACERS = 50;

  test('50 processes racing for one lock: one winner, 20 times in a row', async () => {
    const box = createSandbox();
    await box.sloth('stack', 'new', 's');
    for (let round = 1; round <= ROUNDS; round++) {
      const racers = Array.from({ length: RACERS }, (_, racer) =>
        box.sloth('stack', 'lock', 'acquire', 's', '--locked-by', `racer-${racer}`),
      );
      const ended = await Promise.all(racers);
      const winners = ended.flatMap(({ status }, racer) => (status === 0 ? [racer] : []));
      const others = ended.filter(({ status }) => status !== 0);
      expect([round, winners]).toEqual([round, [expect.any(Number)]]);
      for (const { status, stderr } of others) {
        expect([status, stderr]).toEqual([3, expect.stringContaining('locked by racer-')]);
      }
      const holder = `racer-${winners[0]}`;
      const released = await box.sloth('stack', 'lock', 'release', 's', '--unlocked-by', holder);
      expect(released.status).toBe(0);
    }
    const { stdout } = await box.sloth('stack', 'log', 's', '--verify', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, commits: 1 + ROUNDS * 2 });
  }, 300_000);
});
