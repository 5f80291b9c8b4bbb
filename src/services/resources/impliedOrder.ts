/** Something that lies in the file system, as far as the order of applying is concerned. */
export interface PlacedResource {
  /** Its address. */
  readonly name: string;
  /** Absolute, normalized; `undefined` for what lies nowhere. */
  readonly place: string | undefined;
  /** Whether it makes what lies there, so that others can lie in it or edit it. */
  readonly makesPlace: boolean;
}

/**
 * What has to be there first though nobody said so: of everything that lies in the file system, the
 * nearest declared thing above it, and of an edit what makes the file that it edits, by address; pure.
 *
 * `needs` is what was said, tasks included. Where the thing above needs, in whatever way, what lies in
 * it, their author means another order, and nothing is added: a circle would end the run.
 */
export function impliedOrder(
  resources: readonly PlacedResource[],
  needs: ReadonlyMap<string, readonly string[]>,
): Map<string, string> {
  const makers = new Map<string, string>();
  for (const { name, place, makesPlace } of resources) {
    if (makesPlace && place !== undefined) makers.set(place, name);
  }
  const implied = new Map<string, string>();
  for (const { name, place, makesPlace } of resources) {
    if (place === undefined) continue;
    const maker = (makesPlace ? undefined : makers.get(place)) ?? nearestAbove(place, makers);
    if (maker === undefined || reaches(maker, name, needs, implied)) continue;
    implied.set(name, maker);
  }
  return implied;
}

function nearestAbove(place: string, makers: ReadonlyMap<string, string>): string | undefined {
  for (let end = place.lastIndexOf('/'); end > 0; end = place.lastIndexOf('/', end - 1)) {
    const maker = makers.get(place.slice(0, end));
    if (maker !== undefined) return maker;
  }
  return undefined;
}

/** Whether one needs the other, also by way of others. */
function reaches(
  from: string,
  to: string,
  needs: ReadonlyMap<string, readonly string[]>,
  implied: ReadonlyMap<string, string>,
): boolean {
  const open = [from];
  const seen = new Set<string>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === to) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(needs.get(name) ?? []));
    const more = implied.get(name);
    if (more !== undefined) open.push(more);
  }
  return false;
}
