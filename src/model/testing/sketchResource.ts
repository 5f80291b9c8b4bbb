import type { ResourceEntry } from '../entry.ts';
import type { ResourceOptions } from '../workflow.ts';

/** What a workflow says beside the properties where it says nothing, for tests that care about a few of it. */
export function sketchOptions(facts: Partial<ResourceOptions> = {}): ResourceOptions {
  return {
    severity: {},
    impact: {},
    ignore: [],
    protect: false,
    prune: true,
    sensitive: [],
    version: '',
    ...facts,
  };
}

/** The entry of a file that the stack made and applied. */
export function sketchResource(facts: Partial<ResourceEntry> = {}): ResourceEntry {
  return {
    type: 'file',
    status: 'applied',
    origin: 'made',
    properties: { value: { path: '/a' } },
    attributes: { value: { sort: 'file' } },
    masked: [],
    identity: '/a',
    host: 'h',
    dependencies: [],
    options: sketchOptions(),
    at: { file: 'w.sloth', line: 1 },
    appliedAt: 100,
    ...facts,
  };
}
