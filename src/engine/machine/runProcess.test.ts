import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { runProcess } from './runProcess.ts';

test('what is not wanted any more when all is looked up is not started', async () => {
  let started = false;
  const ended = runProcess({
    command: 'true',
    user: null,
    workdir: tmpdir(),
    workdirOf: '',
    env: {},
    ownEnv: {},
    options: {},
    sink: () => ({ write() {}, end() {} }),
    assertWanted: () => {
      throw new Error('the attempt is over');
    },
    record: null,
    onGroup: () => {
      started = true;
    },
  });
  await expect(ended).rejects.toThrow('the attempt is over');
  expect(started).toBe(false);
});
