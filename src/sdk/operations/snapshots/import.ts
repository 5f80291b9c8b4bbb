import { resolve } from 'node:path';
import * as v from 'valibot';
import { importSnapshot as keep } from '../../../engine/snapshots/importSnapshot.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { SlothError } from '../../../errors/SlothError.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { path, stackName } from '../schemas/inputs.ts';
import { snapshotOfStack } from '../schemas/snapshot.ts';
import { shownSnapshot } from '../shown/snapshot.ts';

export const importSnapshot = operation({
  id: 'snapshots.import',
  summary: 'Keep an exported snapshot as a version of this stack',
  effect: 'write',
  permission: 'write',
  place: 'machine',
  input: v.strictObject({
    stack: stackName,
    file: described(path, 'what export wrote', 'FILE', 'file'),
    force: v.optional(
      described(
        v.boolean('is true or false'),
        'also from another stack, or one that was made anew',
      ),
      false,
    ),
  }),
  output: snapshotOfStack,
  errors: ['snapshot.file_invalid', 'snapshot.foreign'],
  http: { method: 'POST', path: '/stacks/{stack}/snapshots/import' },
  async run({ store, caller }, { stack, file, force }) {
    const context = store.contextFor(caller);
    const head = await openStack(context, stack);
    const { readSnapshotFile } = await import('../../snapshots/snapshotFile.ts');
    const from = resolve(store.cwd, file);
    const { header, content } = await readSnapshotFile(from);
    if (header.lineage !== head.lineage && !force) {
      throw new SlothError('snapshot.foreign', { stack, path: from, from: header.stack });
    }
    const { creator, description, tags, createdAt } = header;
    const label = { creator, description, tags, createdAt, execution: null };
    const { version, snapshot } = await keep(context, head, content, label);
    return { stack, ...shownSnapshot(version, snapshot) };
  },
});
