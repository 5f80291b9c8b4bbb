import { describe, expect, test } from 'vitest';
import { sketchOpen } from '../../backend/testing/sketchHead.ts';
import { sketchSituation } from '../../backend/testing/sketchSituation.ts';
import { putEntry } from '../../model/change.ts';
import { selects } from '../../model/entry.ts';
import { sketchExecution, sketchTaskRun } from '../../model/testing/sketchExecution.ts';
import {
  type EndedExecution,
  interruptExecutions,
  interruptionNeeds,
} from './interruptExecutions.ts';

const first: EndedExecution = { id: 'e1', endedAt: 500, status: 'interrupted', reason: 'it died' };
const second: EndedExecution = { id: 'e2', endedAt: 600, status: 'fenced', reason: 'it is lost' };

const { content } = sketchSituation(
  {},
  {
    execution: { e1: sketchExecution(), e2: sketchExecution({ actor: 'bob' }) },
    task_run: {
      'e1/build': sketchTaskRun({ status: 'completed', endedAt: 120 }),
      'e1/deploy': sketchTaskRun({ attempt: 3 }),
      'e1/test': sketchTaskRun(),
      'e1/skip': sketchTaskRun({ status: 'skipped' }),
      'e12/deploy': sketchTaskRun(),
      'e2/deploy': sketchTaskRun(),
    },
  },
);

test('closes an execution and its running tasks, and leaves what had ended', () => {
  const end = { status: 'interrupted' as const, endedAt: 500, reason: 'it died' };
  const { changes, events } = interruptExecutions(content, [first]);
  expect(changes).toEqual([
    putEntry('execution', 'e1', sketchExecution(end)),
    putEntry('task_run', 'e1/deploy', sketchTaskRun({ attempt: 3, ...end })),
    putEntry('task_run', 'e1/test', sketchTaskRun(end)),
    { type: 'execution.close', id: 'e1' },
    { type: 'stack.put', status: 'interrupted' },
  ]);
  expect(events).toMatchObject([
    { type: 'task.interrupted', source: 'run', data: { task: 'deploy' } },
    { type: 'task.interrupted', source: 'run', data: { task: 'test' } },
    {
      type: 'stack.execution.interrupted',
      source: 'run',
      data: { execution: 'e1', reason: 'it died' },
    },
  ]);
});

test('closes several, each in its own way; their tasks are interrupted in either', () => {
  const { changes, events } = interruptExecutions(content, [first, second]);
  expect(changes.slice(4)).toEqual([
    putEntry(
      'execution',
      'e2',
      sketchExecution({ actor: 'bob', status: 'fenced', endedAt: 600, reason: 'it is lost' }),
    ),
    putEntry(
      'task_run',
      'e2/deploy',
      sketchTaskRun({ status: 'interrupted', endedAt: 600, reason: 'it is lost' }),
    ),
    { type: 'execution.close', id: 'e2' },
    { type: 'stack.put', status: 'interrupted' },
  ]);
  expect(events.at(-1)).toMatchObject({
    type: 'stack.execution.fenced',
    data: { execution: 'e2' },
  });
});

test('closes one whose record is not there', () => {
  expect(interruptExecutions(content, [{ ...first, id: 'e3' }]).changes).toEqual([
    { type: 'execution.close', id: 'e3' },
    { type: 'stack.put', status: 'interrupted' },
  ]);
});

test('of nothing makes nothing', () => {
  expect(interruptExecutions(content, [])).toEqual({ changes: [], events: [] });
});

describe('what it has to read', () => {
  const needs = interruptionNeeds([sketchOpen({ id: 'e1' }), sketchOpen({ id: 'e2' })]);

  test.each([
    ['execution', 'e1', true],
    ['execution', 'e2', true],
    ['execution', 'e12', false],
    ['task_run', 'e1/build', true],
    ['task_run', 'e12/build', false],
    ['value', 'e1', false],
  ] as const)('%s %s: %s', (kind, name, isNeeded) => {
    expect(selects(needs, kind, name)).toBe(isNeeded);
  });
});
