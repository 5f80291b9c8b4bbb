import { describe, expect, test } from 'vitest';
import { type EventType, event, type StoredEvent } from '../../model/event.ts';
import type { JsonObject } from '../../model/json.ts';
import { driftHistory, historyEvents } from './driftHistory.ts';

let at = 0;
function told(type: EventType, data: JsonObject): StoredEvent {
  at += 1;
  const stored = { lineage: 'l', stack: 's', serial: at, index: 0, actor: 'a', execution: null };
  return { ...event(type, 'drift', '', { address: 'file.a', ...data }), ...stored, at };
}

const drifted = (attributes: string, status = 'modified'): StoredEvent =>
  told('drift.detected', { attributes, status });
const fixed = (): StoredEvent => told('drift.fixed', {});

function history(...events: StoredEvent[]): (readonly [string, number, number | null, unknown])[] {
  const begun = (events[0]?.at ?? 1) - 1;
  return driftHistory(events).map(({ attributes, firstSeen, fixedAt, ended }) => {
    return [attributes, firstSeen - begun, fixedAt === null ? null : fixedAt - begun, ended];
  });
}

describe('the history of drift', () => {
  test('the same once more, after it was put right, is another drift', () => {
    expect(history(drifted('mode'), fixed(), drifted('mode'))).toEqual([
      ['mode', 1, 2, 'fixed'],
      ['mode', 3, null, null],
    ]);
  });

  test('what drifts while something else still does is another drift, and ends by itself', () => {
    expect(history(drifted('mode'), drifted('content, mode'), drifted('content'), fixed())).toEqual(
      [
        ['mode', 1, 3, 'fixed'],
        ['content', 2, 4, 'fixed'],
      ],
    );
  });

  test('what drifted together is one drift, until the last of it is put right', () => {
    expect(history(drifted('content, mode'), drifted('mode'), fixed())).toEqual([
      ['content, mode', 1, 3, 'fixed'],
    ]);
  });

  test('what drifted together lasts while a part of it does', () => {
    const both = ['content, mode', 1, null, null];
    expect(history(drifted('content, mode'), drifted('mode'))).toEqual([both]);
    const accepted = told('drift.accepted', { attributes: ['mode', 'never drifted'] });
    expect(history(drifted('content, mode'), accepted)).toEqual([both]);
  });

  test('is made from what tells of its begin and its end', () => {
    expect(historyEvents.toSorted()).toEqual([
      'drift.accepted',
      'drift.detected',
      'drift.fixed',
      'resource.deleted',
    ]);
  });

  test('looked at once more, it is still the same drift', () => {
    expect(history(drifted('mode'), drifted('mode'))).toEqual([['mode', 1, null, null]]);
  });

  test('accepted is not fixed, and an object that went was not put right', () => {
    const accepted = (): StoredEvent => told('drift.accepted', { attributes: ['mode'] });
    expect(history(drifted('mode'), accepted())).toEqual([['mode', 1, null, 'accepted']]);
    expect(history(drifted('mode'), drifted('', 'deleted'))).toEqual([
      ['mode', 1, null, null],
      ['', 2, null, null],
    ]);
    expect(history(drifted('mode'), told('resource.deleted', {}))).toEqual([
      ['mode', 1, null, 'deleted'],
    ]);
  });
});
