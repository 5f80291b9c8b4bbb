import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { declare, file, run } from './declare.ts';
import type { Ended, Sandbox } from './sandbox.ts';

export const text = (box: Sandbox, name: string): string =>
  readFileSync(join(box.folder, name), 'utf8');
export const there = (box: Sandbox, name: string): boolean => existsSync(join(box.folder, name));
export const mode = (box: Sandbox, name: string): number =>
  statSync(join(box.folder, name)).mode & 0o777;
/** All that a command printed. */
export const said = ({ stdout, stderr }: Ended): string => stdout + stderr;
export const stack = (box: Sandbox, ...args: readonly string[]): Promise<Ended> =>
  box.sloth('stack', ...args);
/** A run that fails puts everything back. */
export const ROLLBACK = ':config({ create_snapshot = true, on_failure = "rollback" })';
/** A resource that fails. */
export const FAILS = 'resource.file("zz", { path = "no/such/folder/x", content = "x" })';

/** A stack with a file that it changed, one that was as declared, and one that it made. */
export async function mixed(box: Sandbox): Promise<void> {
  box.write('old.conf', 'old');
  box.write('same.conf', 'same');
  declare(box, [file('old', 'new'), file('same', 'same'), file('made', 'made')]);
  await box.sloth(...run());
}
