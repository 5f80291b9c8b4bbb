import type { EventType, StoredEvent } from '../../model/event.ts';

/** One time that attributes of a resource drifted together. Times are epoch milliseconds. */
export interface DriftEpisode {
  readonly resource: string;
  /** The attributes, as the look found them that saw them first. */
  readonly attributes: string;
  readonly firstSeen: number;
  /** `null` while it lasts, and where it ended otherwise than by being put right. */
  readonly fixedAt: number | null;
  /** How it ended; `null` while it lasts. */
  readonly ended: 'fixed' | 'accepted' | 'deleted' | null;
}

/** The events that a history is made from. */
export const historyEvents: readonly EventType[] = [
  'drift.detected',
  'drift.fixed',
  'drift.accepted',
  'resource.deleted',
];

/**
 * When attributes of resources drifted and were put right again, in the order of the events; pure. What
 * drifts while something else of the same object still does is a drift of its own, and so is the same
 * once more after it was put right.
 */
export function driftHistory(events: readonly StoredEvent[]): DriftEpisode[] {
  const episodes: DriftEpisode[] = [];
  /** By resource and attribute: the place of the episode that it belongs to. */
  const open = new Map<string, Map<string, number>>();
  for (const { type, data, at } of events) {
    const resource = String(data.address);
    const lasting = open.get(resource) ?? new Map<string, number>();
    const close = (attributes: Iterable<string>, how: NonNullable<DriftEpisode['ended']>): void => {
      const touched = new Set<number>();
      for (const attribute of attributes) {
        const place = lasting.get(attribute);
        if (place === undefined) continue;
        lasting.delete(attribute);
        touched.add(place);
      }
      const still = new Set(lasting.values());
      for (const place of touched) {
        const episode = episodes[place];
        // It lasts as long as one of its attributes does.
        if (episode === undefined || still.has(place)) continue;
        episodes[place] = { ...episode, ended: how, fixedAt: how === 'fixed' ? at : null };
      }
    };
    if (type === 'drift.detected') {
      const found = namesIn(data.attributes);
      const over = [...lasting.keys()].filter((each) => !found.includes(each));
      // What had drifted of an object that is gone by now was not put right.
      if (data.status !== 'deleted') close(over, 'fixed');
      const fresh = found.filter((each) => !lasting.has(each));
      if (fresh.length === 0) continue;
      const attributes = fresh.join(', ');
      const episode = { resource, attributes, firstSeen: at, fixedAt: null, ended: null };
      const place = episodes.push(episode) - 1;
      for (const each of fresh) lasting.set(each, place);
    } else if (type === 'drift.accepted') close(namesIn(data.attributes), 'accepted');
    else close(lasting.keys(), type === 'resource.deleted' ? 'deleted' : 'fixed');
    open.set(resource, lasting);
  }
  return episodes;
}

/** Attributes as an event names them; an object that is gone has none. */
function namesIn(attributes: unknown): string[] {
  return Array.isArray(attributes) ? attributes.map(String) : String(attributes).split(', ');
}
