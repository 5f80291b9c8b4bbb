import { describe, expect, test } from 'vitest';
import type { RunMessage } from '../../sdk/presentation.ts';
import { displayWidth } from '../render/table.ts';
import { createPaint } from '../terminal/Terminal.ts';
import { applyMessage, createRunView, progressOf, type RunView } from './RunView.ts';
import { renderTree } from './renderTree.ts';

const plain = createPaint(false);

function started(tasks: Readonly<Record<string, readonly string[]>>): RunMessage {
  return {
    type: 'execution.started',
    stack: 's',
    workflow: 'w',
    version: '',
    execution: 'e1',
    resumed: false,
    tasks: Object.entries(tasks).map(([name, dependsOn]) => ({
      name,
      dependsOn,
      description: '',
      status: 'pending',
    })),
    resources: [],
    maxParallel: 10,
    at: 0,
  };
}

const begin = (task: string, at: number): RunMessage => ({
  type: 'task.started',
  task,
  attempt: 1,
  at,
});
const print = (task: string, line: string): RunMessage => ({
  type: 'task.output',
  task,
  stream: 'stdout',
  line,
});

function ended(task: string, status: 'completed' | 'failed' | 'skipped', reason = ''): RunMessage {
  return {
    type: 'task.ended',
    task,
    status,
    at: 0,
    duration: 1234,
    message: '',
    reason,
    error: null,
  };
}

function viewOf(...messages: readonly RunMessage[]): RunView {
  const view = createRunView();
  for (const message of messages) applyMessage(view, message);
  return view;
}

const draw = (view: RunView, columns = 80, rows = 30): string[] =>
  renderTree(view, { columns, rows, paint: plain, now: 12_300 });

describe('the live tree', () => {
  test('neither breaks nor commands the terminal, whatever names and outputs are, at any width', () => {
    const wild = '\u001b]0;owned\u0007\u001b[8mx\r\u009b2J\u202e\nFORGED \u001b[2K';
    const view = viewOf(
      started({ [`a${wild}`]: [], [`b${wild}`]: [`a${wild}`], c: [] }),
      begin(`a${wild}`, 0),
      print(`a${wild}`, wild),
      ended(`b${wild}`, 'failed', wild),
    );
    for (let columns = 20; columns <= 160; columns += 7) {
      for (const line of draw(view, columns)) {
        expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
        expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }
    }
    expect(draw(view, 160).join()).toContain('a\\x1b]0;owned\\x07');
  });

  test('has a line per task with its state, time and last output, and the progress below', () => {
    const view = viewOf(
      started({ build: [], test: ['build'], lint: ['build'], docs: [], ship: ['test', 'lint'] }),
      begin('build', 0),
      ended('build', 'completed'),
      begin('test', 10_000),
      print('test', 'first'),
      print('test', 'second \u001b[31mred\u001b[0m'),
      print('test', '  '),
      begin('lint', 10_000),
      ended('lint', 'failed', 'exit status 3'),
      ended('ship', 'skipped', "needs 'lint'"),
    );
    expect(draw(view)).toEqual([
      '├─ ✓ build       1.2s',
      '│  ├─ ⠸ test     2s  second red',
      "│  │  └─ ○ ship  needs 'lint'",
      '│  └─ ✗ lint     1.2s  exit status 3',
      '└─ · docs',
      '1/5 done, 1 running, 1 failed, 1 skipped  12s',
    ]);
    expect(progressOf(view)).toBe('1/5 done, 1 running, 1 failed, 1 skipped');
  });

  test('never leaves its canvas, whatever tasks print and however many there are', () => {
    const names = Array.from({ length: 100 }, (_, n) => `task-${n}-${'x'.repeat(n)}`);
    const chain = Object.fromEntries(
      names.map((name, n) => [name, n > 0 ? [names[n - 1] ?? ''] : []]),
    );
    const view = viewOf(
      started(chain),
      ...names.slice(0, 60).map((name) => ended(name, 'completed')),
    );
    applyMessage(view, begin(names[60] ?? '', 0));
    applyMessage(view, print(names[60] ?? '', '漢字\tüber\u0007 '.repeat(50)));
    for (const [columns, rows] of [
      [80, 24],
      [40, 10],
      [200, 5],
    ] as const) {
      const lines = draw(view, columns, rows);
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      expect(lines.some((line) => line.includes('task-60'))).toBe(true);
      expect(lines.at(-1)).toContain('60/100 done, 1 running');
    }
    expect(draw(view, 80, 10).some((line) => line.includes('more'))).toBe(true);
  });
});
