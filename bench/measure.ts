import { spawnSync } from 'node:child_process';

/** The middle value; the mean of the two middle ones for an even count. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  return (upper + lower) / 2;
}

/** One way of doing something, to be timed; `before` prepares each run and is not timed. */
export interface Contestant {
  readonly before?: () => void | Promise<void>;
  readonly run: () => void | Promise<void>;
}

/** Milliseconds of each run, contestants taking turns, so that all see the same noise. */
export async function race(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<number[][]> {
  const times = contestants.map((): number[] => []);
  for (let round = -2; round < rounds; round++) {
    for (const [index, { before, run }] of contestants.entries()) {
      await before?.();
      const begun = performance.now();
      await run();
      // The first two rounds warm caches and compilers up.
      if (round >= 0) times[index]?.push(performance.now() - begun);
    }
  }
  return times;
}

/** Runs a program to its end; a failing one stops the bench, since its time would mean nothing. */
export function program(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
): void {
  const { status, stderr, error } = spawnSync(file, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    ...(cwd ? { cwd } : {}),
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${String(stderr)}`);
}
