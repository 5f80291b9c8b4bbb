import type { ResourceEntry, ResourceOrigin, ResourceStatus } from './entry.ts';

/**
 * How a stack came to an object; pure. An entry of an earlier version doesn't say, so nobody knows who
 * made the object: it counts as found, and is never deleted for being in the stack. So does what lies
 * there although the stack's own attempt to make it came to nothing: somebody else made it since.
 */
export function originOf(
  entry: Pick<ResourceEntry, 'origin' | 'absent'> | undefined,
): ResourceOrigin {
  return entry?.absent === true ? 'found' : (entry?.origin ?? 'found');
}

/** Whether a stack may delete the object of a resource: only what it made, or was told to own; pure. */
export function isOwn(entry: Pick<ResourceEntry, 'origin' | 'absent'>): boolean {
  return originOf(entry) !== 'found';
}

/**
 * The status of a resource as people are told it; pure. What a dead process left half done has failed;
 * while somebody works on the stack, it is being applied.
 */
export function shownStatus(
  status: ResourceStatus,
  isWorkedOn: boolean,
): ResourceStatus | 'applying' {
  if (status === 'applied' || status === 'failed') return status;
  return isWorkedOn ? 'applying' : 'failed';
}
