import { defineConfig, mergeConfig } from 'vitest/config';
import all from './vitest.config.ts';

/** Unit tests that need seconds: they wait for disks, threads, key derivation or another runtime. */
const SLOW = [
  'src/backends/sqlite/**',
  'src/cli/render/**',
  'src/dsl/**',
  'src/files/**',
  'src/services/secrets/**',
];

const { include: _, ...shared } = all.test ?? {};

// Pure functions have nothing to be isolated from: one process for all of them takes half the time.
export default mergeConfig(
  { ...all, test: shared },
  defineConfig({ test: { include: ['src/**/*.test.ts'], exclude: SLOW, isolate: false } }),
);
