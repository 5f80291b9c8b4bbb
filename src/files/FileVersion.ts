import type { BigIntStats } from 'node:fs';

/** A state of a file: as long as it is the same, nobody has written to it, nor put another in its place. */
export type FileVersion = string;

/** The version of a file that isn't there. */
export const NO_FILE: FileVersion = 'none';

/** The version of a file, by what the system tells of it. */
export function versionOf(stat: BigIntStats | undefined): FileVersion {
  if (stat === undefined) return NO_FILE;
  return [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');
}
