import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends a test run with the seed that makes its random choices again, and one plain line that a program
 * can read: `322 passed, 0 failed`.
 */
export function countReporter(seed: string): Reporter {
  return {
    onTestRunEnd(modules: readonly TestModule[]) {
      const counts = { passed: 0, failed: 0 };
      for (const module of modules) {
        if (module.errors().length > 0) counts.failed++;
        for (const test of module.children.allTests()) {
          const { state } = test.result();
          if (state === 'passed' || state === 'failed') counts[state]++;
        }
      }
      process.stdout.write(`\nSEED=${seed}\n${counts.passed} passed, ${counts.failed} failed\n`);
    },
  };
}
