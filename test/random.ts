import { onTestFailed } from 'vitest';

/** What every random choice of a test run grows from: `SEED=… npx vitest run FILE` makes the same ones again. */
export const SEED = Number(process.env.SEED);

/**
 * Numbers in [0, 1), the same ones for the same seed and stream; call it inside of a test. A test that
 * fails says which it got, so that its moments can be tried again.
 */
export function seededRandom(stream = 0): () => number {
  const drawn: number[] = [];
  const next = mulberry32(SEED + stream);
  onTestFailed(() => {
    process.stderr.write(`SEED=${SEED} stream=${stream} drew ${JSON.stringify(drawn)}\n`);
  });
  return () => {
    const number = next();
    drawn.push(number);
    return number;
  };
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
