import { createHash } from 'node:crypto';
import { type PutEntry, putEntry } from '../src/model/change.ts';

/** So many resources as a stack keeps them, from a number on; another salt gives other contents. */
export function sampleResources(count: number, from = 0, salt = ''): PutEntry<'resource'>[] {
  return Array.from({ length: count }, (_, index) => {
    const n = from + index;
    const digest = createHash('sha256').update(`${n} ${salt}`).digest('hex');
    return putEntry('resource', `resource-${n}`, {
      type: 'file',
      status: 'applied',
      properties: {
        value: { path: `/srv/data/${n}`, mode: '0644', content: `setting = ${n}${salt}` },
      },
      attributes: { value: { sort: 'file', mode: '0644', content: `sha256:${digest}` } },
      masked: [],
      identity: `/srv/data/${n}`,
      host: 'here',
      dependencies: n === 0 ? [] : [`resource-${n - 1}`],
      options: {
        severity: {},
        impact: {},
        ignore: [],
        protect: false,
        prune: true,
        sensitive: [],
        version: '',
      },
      at: { file: 'bench.sloth', line: n + 1 },
      appliedAt: 1_700_000_000_000 + n,
    });
  });
}
