import { randomInt } from 'node:crypto';
import { defineConfig } from 'vitest/config';
import { countReporter } from './test/countReporter.ts';

const SEED = process.env.SEED ?? String(randomInt(2 ** 31));

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    env: { SEED },
    reporters: ['default', countReporter(SEED)],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
