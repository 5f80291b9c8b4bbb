import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../e2e/sandbox.ts';

/** The processes that noted themselves in the file `steps` of a sandbox, once for each step of theirs. */
export function steps(box: Sandbox): number[] {
  const path = join(box.folder, 'steps');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean).map(Number) : [];
}

/** The same, with what one did without a break counted once: two that worked at a time come up again. */
export function turns(box: Sandbox): number[] {
  const all = steps(box);
  return all.filter((pid, index) => pid !== all[index - 1]);
}

/** Ends what of them is still there, with their groups and others. */
export function endSteps(box: Sandbox, others: readonly number[] = []): void {
  for (const group of [...others, ...new Set(steps(box))]) {
    // A number that is none of a process of ours would mean all processes of this machine.
    if (!Number.isSafeInteger(group) || group <= 1) throw new Error(`${group} is no group`);
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It has ended, as it should have.
    }
  }
}

/** The warden of a run, its child that is named after the record; `undefined` where it has none yet. */
export function wardenOf(run: number): number | undefined {
  const children = readFileSync(`/proc/${run}/task/${run}/children`, 'utf8').split(' ');
  const found = children.find((pid) => {
    return pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('.groups');
  });
  return found === undefined ? undefined : Number(found);
}

/** Kills the warden of a run, which must have one. */
export function killWarden(run: number): void {
  const warden = wardenOf(run);
  // 0 would mean this process's own group.
  if (warden === undefined || warden <= 1) throw new Error(`run ${run} has no warden`);
  process.kill(warden, 'SIGKILL');
}
