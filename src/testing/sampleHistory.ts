import { sha256 } from '../backend/sha256.ts';
import { putEntry } from '../model/change.ts';
import type { Commit } from '../model/commit.ts';
import type { ResourceEntry } from '../model/entry.ts';
import { event } from '../model/event.ts';
import type { JsonValue } from '../model/json.ts';
import { commitRun } from './commitFactory.ts';

/** A history that touches every kind of change. */
export function sampleHistory(): Commit[] {
  const process = { host: 'h', scope: 's', pid: 1, started: '1' };
  const lock = {
    id: 'k1',
    lockedBy: 'a@h',
    lockedAt: 1,
    operation: 'run',
    reason: '',
    fence: 2,
    expiresAt: 9,
    process,
  };
  const open = { id: 'e1', by: 'a@h', startedAt: 1, expiresAt: 9, process };
  return commitRun('l1', undefined, [
    {
      changes: [{ type: 'stack.put', name: 'web', description: 'd' }],
      events: [event('stack.created', 'stack', 'created')],
    },
    { changes: [{ type: 'lock.put', lock }], events: [event('lock.acquired', 'lock', 'locked')] },
    {
      changes: [
        {
          type: 'waiter.put',
          waiter: { id: 'w1', by: 'b@h', since: 1, expiresAt: 9, process: null },
        },
        { type: 'execution.open', execution: open },
        { type: 'stack.put', status: 'running', version: '1' },
      ],
    },
    {
      changes: [sampleValue('a', [1, { b: null }]), sampleValue('b', 'x'), sampleOutput('o', 3)],
      events: [event('task.failed', 'run', 'no luck', { task: 't' })],
      execution: 'e1',
    },
    {
      changes: [
        putEntry('resource', 'file.a', sampleResource('p')),
        putEntry('snapshot', 'v1', {
          number: 1,
          serial: 4,
          content: { chunk: sha256('c1'), size: 10, resources: 1, tasks: 0 },
          protected: false,
          creator: 'a',
          description: '',
          tags: ['t'],
          createdAt: 5,
          execution: null,
          status: 'running',
        }),
        { type: 'entry.delete', kind: 'value', name: 'b' },
        { type: 'entry.delete', kind: 'value', name: 'never there' },
      ],
    },
    {
      changes: [
        { type: 'execution.close', id: 'e1' },
        { type: 'waiter.delete', id: 'w1' },
        { type: 'lock.delete' },
      ],
      events: [event('lock.released', 'lock', 'released')],
    },
  ]);
}

/** A resource as a stack knows it, with this identity. */
export function sampleResource(identity: string): ResourceEntry {
  return {
    type: 'file',
    status: 'applied',
    properties: { value: { path: identity } },
    attributes: { value: { mode: '0644' } },
    masked: [],
    identity,
    host: 'h',
    dependencies: ['x'],
    options: {
      severity: {},
      impact: {},
      ignore: [],
      protect: false,
      prune: true,
      sensitive: [],
      version: '',
    },
    at: { file: 'w.sloth', line: 1 },
    appliedAt: 1,
  };
}

export function sampleValue(name: string, json: JsonValue): ReturnType<typeof putEntry> {
  return putEntry('value', name, { value: json });
}

export function sampleOutput(name: string, json: number): ReturnType<typeof putEntry> {
  return putEntry('output', name, { value: json });
}
