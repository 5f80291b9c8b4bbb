import type { ResourceAction } from './decideChange.ts';

/** As much of a line of a plan as this is about. */
interface PlannedLine {
  readonly action: ResourceAction | 'release' | 'unreadable';
  readonly differences: readonly { readonly attribute: string }[];
  readonly conflicts: readonly { readonly attribute: string }[];
  readonly kept: readonly string[];
}

/**
 * A plan with what somebody changed from outside left as it is; pure. A plan says what is done and nothing
 * else: an attribute that is left alone is told as that, and is no change any more.
 */
export function leftAsFound<T extends PlannedLine>(plan: readonly T[]): T[] {
  return plan.map((line) => {
    const kept = line.conflicts.map((each) => each.attribute);
    if (kept.length === 0) return line;
    const differences = line.differences.filter(({ attribute }) => !kept.includes(attribute));
    const isNothing = line.action === 'update' && differences.length === 0;
    return { ...line, action: isNothing ? 'none' : line.action, differences, kept, conflicts: [] };
  });
}
