import { openRunner } from '../../src/sdk/openRunner.ts';
import { median, race } from '../measure.ts';
import { type Result, ratioResult } from '../Result.ts';
import { sampleResources } from '../sampleResources.ts';
import { withChanges } from '../withChanges.ts';
import { createWorkspace } from '../workspace.ts';

/** One changed value in a large stack beside the same in a small one. */
export async function benchStateSize(): Promise<Result[]> {
  const workspace = createWorkspace();
  const runner = await openRunner({ db: workspace.db, env: workspace.env });
  try {
    await runner.client.stacks.create({ stack: 'small' });
    await runner.client.stacks.create({ stack: 'large' });
    await withChanges(workspace.db, async (writer) => {
      await writer('small', sampleResources(10));
      await writer('large', sampleResources(10_000));
    });
    let n = 0;
    const set = async (stack: string): Promise<void> => {
      await runner.client.state.set({ stack, key: 'key', value: n++ });
    };
    const times = await race([{ run: () => set('small') }, { run: () => set('large') }], 400);
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
