import { describe, test } from 'vitest';
import { backendConformance } from '../../testing/backendConformance.ts';
import { createMemoryBackend } from './createMemoryBackend.ts';
import { createMemoryStore } from './MemoryStore.ts';

describe('the memory driver conforms', () => {
  const cases = backendConformance(async () => {
    const store = createMemoryStore();
    return {
      first: createMemoryBackend(store, Date.now),
      second: createMemoryBackend(store, Date.now),
      dispose: async () => {},
    };
  });
  for (const each of cases) test(each.name, each.run);
});
