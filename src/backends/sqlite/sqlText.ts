/** A time as the tables hold it for people: UTC, as SQLite's own date functions read it. */
export function sqlText(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString().replace('T', ' ').replace('Z', '');
}
