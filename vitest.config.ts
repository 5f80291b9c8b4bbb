import { defineConfig } from 'vitest/config';
import { countReporter } from './test/countReporter.ts';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    reporters: ['default', countReporter],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
