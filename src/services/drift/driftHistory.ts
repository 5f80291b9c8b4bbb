import type { StoredEvent } from '../../model/event.ts';

/** One time that a resource drifted. Times are epoch milliseconds. */
export interface DriftEpisode {
  readonly resource: string;
  /** The attributes, as the first look found them. */
  readonly attributes: string;
  readonly firstSeen: number;
  /** `null` while it lasts. */
  readonly fixedAt: number | null;
}

/** When each resource drifted and was in sync again, in the order of the events; pure. */
export function driftHistory(events: readonly StoredEvent[]): DriftEpisode[] {
  const episodes: DriftEpisode[] = [];
  const open = new Map<string, number>();
  for (const { type, data, at } of events) {
    const resource = String(data.address);
    const index = open.get(resource);
    if (type === 'drift.detected' && index === undefined) {
      const attributes = String(data.attributes);
      open.set(resource, episodes.push({ resource, attributes, firstSeen: at, fixedAt: null }) - 1);
    } else if (type === 'drift.fixed' && index !== undefined) {
      const episode = episodes[index];
      if (episode !== undefined) episodes[index] = { ...episode, fixedAt: at };
      open.delete(resource);
    }
  }
  return episodes;
}
