import { expect, test } from 'vitest';
import { faketime, withClock } from '../faketime.ts';
import { createSandbox } from './sandbox.ts';

test.skipIf(faketime === undefined)(
  'one command with a clock years ahead makes no other time wrong, and is told (skipped without faketime)',
  async () => {
    const box = createSandbox();
    const set = 'sloth-runner stack state set s k';
    await box.sloth('stack', 'new', 's');
    const begun = Date.now();
    expect(
      (await box.shell(`${set} 1 && ${withClock('+3650d')} ${set} 2 && ${set} 3`)).status,
    ).toBe(0);
    const log = await box.sloth('stack', 'log', 's', '--json');
    const times = (JSON.parse(log.stdout) as { commits: { at: string }[] }).commits.map(
      ({ at }) => Date.parse(at) - begun,
    );
    expect(times.map((each) => Math.abs(each) < 60_000)).toEqual([true, true, false, true]);
    const list = await box.sloth('stack', 'list', '--json');
    expect(Date.parse(JSON.parse(list.stdout)[0].updated_at) - begun).toBeLessThan(60_000);

    const told = /the clock went back by 36(49|50)d.* before #4: from 20\d\d-/;
    expect((await box.sloth('stack', 'log', 's')).stdout).toMatch(told);
    expect((await box.sloth('stack', 'log', 's', '--verify')).status).toBe(0);
    expect((await box.sloth('events', 'list', 's', '--type', 'clock.*')).stdout).toContain(
      'the clock went back',
    );
    // Now is the newest, not what was written before the clock was wrong.
    const now = await box.sloth('stack', 'snapshot', 'compare', 's', '@0s', 'current');
    expect(now.stdout).not.toContain('k');
  },
);
