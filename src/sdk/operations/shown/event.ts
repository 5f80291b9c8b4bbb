import type { Severity, StoredEvent } from '../../../model/event.ts';
import type { JsonObject, JsonValue } from '../../../model/json.ts';
import { timeOf } from './timeOf.ts';

/** An event of the trail, as whoever asks is told of it. */
export interface ShownEvent {
  readonly type: string;
  readonly severity: Severity;
  /** One sentence for people. */
  readonly message: string;
  readonly source: string;
  readonly data: JsonObject;
  /** The name that the stack had then. */
  readonly stack: string;
  /** The commit that it was written with. */
  readonly serial: number;
  readonly at: string;
  readonly actor: string;
  readonly execution: string | null;
}

export function shownEvent(event: StoredEvent): ShownEvent {
  const { type, severity, message, source, stack, serial, at, actor, execution } = event;
  const data = Object.fromEntries(
    Object.entries(event.data).map(([name, value]) => shownMember(type, name, value)),
  );
  return {
    type,
    severity,
    message,
    source,
    data,
    stack,
    serial,
    at: timeOf(at),
    actor,
    execution,
  };
}

/** Names of what an event tells are ours, and what is below them is not: that stays as it is. */
function shownMember(type: string, name: string, value: JsonValue): [string, JsonValue] {
  const isTime = name.endsWith('At') || (type === 'clock.stepped' && name !== 'serial');
  const shown = isTime && typeof value === 'number' ? timeOf(value) : value;
  return [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), shown];
}
