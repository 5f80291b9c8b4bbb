import type { CrashPoint, ReachCrashPoint } from '../../src/backend/crashPoint.ts';

/** Kills this process with SIGKILL when it reaches the n-th occurrence of a crash point. */
export function killAt(point: string, occurrence: string): ReachCrashPoint {
  let left = Number(occurrence);
  return (reached: CrashPoint) => {
    if (reached !== point || --left > 0) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal is on its way; nothing may happen before it arrives.
    for (;;);
  };
}
