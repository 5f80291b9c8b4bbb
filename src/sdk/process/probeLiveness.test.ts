import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { currentProcess, probeLiveness } from './probeLiveness.ts';
import { processStart } from './processStart.ts';

describe('liveness of processes', () => {
  test('this process is alive', () => {
    expect(probeLiveness(currentProcess())).toBe('alive');
  });

  test('a child is alive until it is killed, then dead', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const identity = {
      ...currentProcess(),
      pid: child.pid ?? 0,
      started: processStart(child.pid ?? 0) ?? '',
    };
    expect(probeLiveness(identity)).toBe('alive');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(probeLiveness(identity)).toBe('dead');
  });

  test('another process with the same pid is not the holder', () => {
    expect(probeLiveness({ ...currentProcess(), started: '1' })).toBe('dead');
  });

  test('a process of another host or namespace can not be judged', () => {
    expect(probeLiveness({ ...currentProcess(), host: 'elsewhere' })).toBe('unknown');
    expect(probeLiveness({ ...currentProcess(), scope: 'another boot' })).toBe('unknown');
  });
});
