import { randomInt } from 'node:crypto';
import { defineConfig } from 'vitest/config';
import { countReporter } from './test/countReporter.ts';

const SEED = process.env.SEED ?? String(randomInt(2 ** 31));

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    env: { SEED },
    // The tests wait more than they compute: with one core left out, half of a small machine would idle.
    maxWorkers: '100%',
    reporters: ['default', countReporter(SEED)],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
