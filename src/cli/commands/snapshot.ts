import { createSnapshot } from '../../sdk/operations/snapshots/create.ts';
import { listSnapshots } from '../../sdk/operations/snapshots/list.ts';
import { showSnapshot } from '../../sdk/operations/snapshots/show.ts';
import { counted, ExitStatus, formatSize } from '../../sdk/presentation.ts';
import { operationCommand } from '../operationCommand.ts';
import { localTime } from '../render/localTime.ts';
import { renderTable } from '../render/table.ts';

function details(rows: readonly (readonly [string, string])[]): string[] {
  return rows.map(([label, value]) => `  ${`${label}:`.padEnd(14)}${value}`);
}

export const snapshotCreate = operationCommand({
  operation: createSnapshot,
  path: ['stack', 'snapshot', 'create'],
  args: ['stack'],
  render: ({ stack, version, creator, description, tags, created_at }, { good }) => [
    `${good('✓')} Snapshot created for stack '${stack}'`,
    '',
    'Snapshot Details:',
    ...details([
      ['Version', version],
      ['Creator', creator],
      ['Description', description],
      ['Tags', tags.join(', ')],
      ['Created', localTime(created_at)],
    ]),
  ],
});

export const snapshotList = operationCommand({
  operation: listSnapshots,
  path: ['stack', 'snapshot', 'list'],
  args: ['stack'],
  render({ stack, snapshots, total }) {
    const rows = snapshots.map((each) => [
      each.version,
      each.creator,
      each.description,
      localTime(each.created_at),
      [...each.tags, ...(each.protected ? ['(protected)'] : [])].join(','),
    ]);
    const heads = ['Version', 'Creator', 'Description', 'Created At', 'Tags'];
    const table = renderTable(heads, rows, (_, width) => '-'.repeat(width));
    const cut = snapshots.length < total ? `, showing ${snapshots.length}` : '';
    const sum = `Total: ${counted(total, 'snapshot')}${cut}`;
    return [`Snapshots for stack: ${stack}`, '', ...table, '', sum];
  },
});

export const snapshotShow = operationCommand({
  operation: showSnapshot,
  path: ['stack', 'snapshot', 'show'],
  args: ['stack', 'version'],
  render(snapshot, { good, bad }) {
    const { stack, version } = snapshot;
    const all = `sloth-runner stack snapshot verify ${stack} ${version}`;
    return [
      'Snapshot Details:',
      ...details([
        ['Stack', stack],
        ['Version', version],
        ['Creator', snapshot.creator],
        ['Description', snapshot.description],
        ['Created At', localTime(snapshot.created_at)],
        ['Size', formatSize(snapshot.size)],
      ]),
      '',
      'State Summary:',
      ...details([
        ['Resources', counted(snapshot.resources, 'resource')],
        ['Tasks', counted(snapshot.tasks, 'task')],
        ['Status', snapshot.status],
      ]),
      '',
      snapshot.intact
        ? `${good('✓')} Integrity: its chunk is whole; not checked: what it stands on (${all})`
        : `${bad('✗')} Integrity: its chunk is broken`,
    ];
  },
  status: ({ intact }) => (intact ? ExitStatus.done : ExitStatus.failed),
});
