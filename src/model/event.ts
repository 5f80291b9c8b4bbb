import type { JsonObject } from './json.ts';

export type Severity = 'debug' | 'info' | 'warning' | 'error';

/**
 * Every type of event, in the past tense, with its default severity. Names are a contract: hooks,
 * filters and dashboards match on them.
 */
export const eventTypes = {
  'stack.created': 'info',
  'stack.updated': 'info',
  'stack.renamed': 'info',
  'stack.destroyed': 'warning',
  'stack.restored': 'warning',
  'stack.execution.started': 'info',
  'stack.execution.resumed': 'info',
  'stack.execution.completed': 'info',
  'stack.execution.failed': 'error',
  'stack.execution.interrupted': 'warning',
  'stack.execution.fenced': 'warning',
  'task.started': 'debug',
  'task.completed': 'debug',
  'task.failed': 'error',
  'task.skipped': 'debug',
  'task.interrupted': 'warning',
  'lock.acquired': 'info',
  'lock.queued': 'debug',
  'lock.released': 'info',
  'lock.force_released': 'warning',
  'lock.expired': 'warning',
  'snapshot.created': 'info',
  'snapshot.restored': 'warning',
  'snapshot.deleted': 'warning',
  'snapshot.labelled': 'info',
  'log.compacted': 'warning',
  'clock.stepped': 'warning',
  'backup.restored': 'warning',
  'resource.intended': 'debug',
  'resource.applied': 'info',
  'resource.failed': 'error',
  'resource.deleted': 'warning',
  'resource.released': 'info',
  'resource.moved': 'info',
  'resource.put_back': 'warning',
  'drift.detected': 'warning',
  'drift.fixed': 'info',
  'drift.accepted': 'warning',
  'drift.unaccepted': 'info',
} as const satisfies Record<string, Severity>;

export type EventType = keyof typeof eventTypes;

/** A past-tense fact, written in the same append as the change it tells of. Never holds a secret. */
export interface Event {
  readonly type: EventType;
  readonly severity: Severity;
  /** One sentence for people. */
  readonly message: string;
  /** The part of the system that speaks: `lock`, `run`, `snapshot`, `state`, `stack`. */
  readonly source: string;
  readonly data: JsonObject;
}

/** An event as it is read back: where and when it was written, and by whom. */
export interface StoredEvent extends Event {
  readonly lineage: string;
  readonly stack: string;
  readonly serial: number;
  /** Its place within its commit, from 0. */
  readonly index: number;
  /** Epoch milliseconds by the backend's clock. */
  readonly at: number;
  readonly actor: string;
  readonly execution: string | null;
}

/** Makes an event with the default severity of its type. */
export function event(
  type: EventType,
  source: string,
  message: string,
  data: JsonObject = {},
): Event {
  return { type, severity: eventTypes[type], message, source, data };
}

/** The fact that an object that had drifted is as it was applied. */
export function inSyncAgain(stack: string, address: string): Event {
  const message = `resource '${address}' of stack '${stack}' is in sync again`;
  return event('drift.fixed', 'drift', message, { address });
}
