import type { Properties } from '../model/provider.ts';

/** What everything that lies in the file system has: what sort of thing lies in its place. */
export const sortAttribute = {
  sort: {
    kind: 'resource',
    severity: 'high',
    impact: 'Something else lies in its place',
    replaces: true,
  },
} as const;

/**
 * A declaration without attributes that are to stay as they are: those that `held` maps to their
 * properties, and others by their own names. What sort of thing lies there has no property; it is marked.
 */
export function leavingEntry(
  properties: Properties,
  attributes: readonly string[],
  held: Readonly<Record<string, readonly string[]>> = {},
): Properties {
  const left = new Set(attributes.flatMap((each) => held[each] ?? [each]));
  const kept = Object.entries(properties).filter(([name]) => !left.has(name));
  return { ...Object.fromEntries(kept), ...(left.has('sort') ? { sort: null } : {}) };
}

/** What is expected of the sort of thing that lies there; nothing where that is left as it is. */
export function expectedSort(properties: Properties, sort: string): Properties {
  return properties.sort === null ? {} : { sort };
}
