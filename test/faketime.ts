import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FAKETIME = '/usr/lib';

/** The library of Debian's `faketime`; `undefined` where it is not installed. */
export const faketime = existsSync(FAKETIME)
  ? readdirSync(FAKETIME)
      .map((name) => join(FAKETIME, name, 'faketime/libfaketime.so.1'))
      .find(existsSync)
  : undefined;

/** What stands before a command of a shell so that its clock is off by `offset`, as `+3h`. */
export function withClock(offset: string): string {
  return `LD_PRELOAD=${faketime} FAKETIME=${offset} FAKETIME_DONT_FAKE_MONOTONIC=1`;
}
