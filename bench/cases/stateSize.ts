import { putEntry } from '../../src/model/change.ts';
import { openRunner } from '../../src/sdk/openRunner.ts';
import { median, race } from '../measure.ts';
import { type Result, ratioResult } from '../Result.ts';
import { withChanges } from '../withChanges.ts';
import { createWorkspace } from '../workspace.ts';

/** One changed value in a large stack beside the same in a small one. */
export async function benchStateSize(): Promise<Result[]> {
  const workspace = createWorkspace();
  const runner = await openRunner({ db: workspace.db, env: workspace.env });
  try {
    await runner.stacks.create('small');
    await runner.stacks.create('large');
    await withChanges(workspace.db, async (writer) => {
      await writer('small', resources(10));
      await writer('large', resources(10_000));
    });
    let n = 0;
    const times = await race(
      [
        { run: () => runner.state.set('small', 'key', n++) },
        { run: () => runner.state.set('large', 'key', n++) },
      ],
      400,
    );
    const [small = 0, large = 0] = times.map(median);
    return [
      ratioResult(
        'one changed value among 10,000 resources',
        large,
        'the same among 10',
        small,
        1.5,
      ),
    ];
  } finally {
    await runner.close();
    workspace.dispose();
  }
}

function resources(count: number): ReturnType<typeof putEntry>[] {
  return Array.from({ length: count }, (_, n) =>
    putEntry('resource', `resource-${n}`, {
      type: 'file',
      status: 'applied',
      properties: { value: { path: `/srv/data/${n}`, mode: '0644', content: 'x'.repeat(200) } },
      attributes: { value: { sort: 'file', content: 'x'.repeat(64) } },
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
      appliedAt: 1,
    }),
  );
}
