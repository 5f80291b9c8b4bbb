import { resolve } from 'node:path';
import * as v from 'valibot';
import { contentOfPoint } from '../../../engine/snapshots/findPoint.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import { operation } from '../Operation.ts';
import { described } from '../schemas/described.ts';
import { path } from '../schemas/inputs.ts';
import { oneSnapshot, pointErrors } from '../schemas/snapshot.ts';
import { findSnapshot } from './findSnapshot.ts';

export const exportSnapshot = operation({
  id: 'snapshots.export',
  summary: 'Write a snapshot to a file; sensitive values stay encrypted',
  effect: 'write',
  permission: 'read',
  place: 'machine',
  input: v.strictObject({
    ...oneSnapshot,
    file: described(path, 'the file (required)', 'FILE', 'file'),
    force: v.optional(
      described(v.boolean('is true or false'), 'write over a file that is there already'),
      false,
    ),
  }),
  output: v.strictObject({ stack: v.string(), version: v.string(), file: v.string() }),
  errors: [...pointErrors, 'output.file_exists'],
  http: { method: 'POST', path: '/stacks/{stack}/snapshots/{version}/export' },
  async run({ store, caller }, { stack, version: name, file, force }) {
    const context = store.contextFor(caller);
    const head = await openStack(context, stack);
    const { version, snapshot } = await findSnapshot(context, head, name);
    const point = { label: version, serial: snapshot.serial, snapshot };
    const content = await contentOfPoint(context, head, point);
    const { writeSnapshotFile } = await import('../../snapshots/snapshotFile.ts');
    const { creator, description, tags, createdAt } = snapshot;
    const label = { version, creator, description, tags, createdAt };
    const header = { stack: head.name, lineage: head.lineage, ...label };
    await writeSnapshotFile(resolve(store.cwd, file), { header, content, force });
    return { stack, version, file };
  },
});
