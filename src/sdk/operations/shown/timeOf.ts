/** A moment as it leaves: ISO 8601, in UTC. In: epoch milliseconds. */
export function timeOf(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString();
}
