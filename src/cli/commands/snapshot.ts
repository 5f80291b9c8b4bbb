import { counted, ExitStatus, formatSize, formatTime } from '../../sdk/presentation.ts';
import type { NamedSnapshot, SnapshotDetails } from '../../sdk/Runner.ts';
import {
  argument,
  type CommandContext,
  type CommandSpec,
  isSet,
  textFlag,
} from '../CommandSpec.ts';
import { durationFlag, limitFlag } from '../checkedFlags.ts';
import { printJson, printLines, printResult } from '../print.ts';
import { renderTable } from '../render/table.ts';

const stackArgument = { name: 'STACK', help: 'name of the stack', complete: 'stack' } as const;

function details(rows: readonly (readonly [string, string])[]): string[] {
  return rows.map(([label, value]) => `  ${`${label}:`.padEnd(14)}${value}`);
}

export const snapshotCreate: CommandSpec = {
  path: ['stack', 'snapshot', 'create'],
  summary: 'Label the present state as a version to come back to',
  args: [stackArgument],
  flags: {
    description: { type: 'string', help: 'what it is' },
    creator: { type: 'string', placeholder: 'WHO', help: 'who created it (default: user@host)' },
    tags: { type: 'string', placeholder: 'A,B', help: 'tags, separated by commas' },
  },
  async run(context, input) {
    const name = argument(input, 0);
    const runner = await context.open();
    const creator = textFlag(input, 'creator');
    const tags = (textFlag(input, 'tags') ?? '').split(',').map((tag) => tag.trim());
    const snapshot = await runner.snapshots.create(name, {
      description: textFlag(input, 'description') ?? '',
      tags: tags.filter((tag) => tag !== ''),
      ...(creator === undefined ? {} : { creator }),
    });
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ stack: name, ...snapshot }),
      () => [
        `${good('✓')} Snapshot created for stack '${name}'`,
        '',
        'Snapshot Details:',
        ...details([
          ['Version', snapshot.version],
          ['Creator', snapshot.creator],
          ['Description', snapshot.description],
          ['Tags', snapshot.tags.join(', ')],
          ['Created', formatTime(snapshot.createdAt)],
        ]),
      ],
    );
    return 0;
  },
};

export const snapshotList: CommandSpec = {
  path: ['stack', 'snapshot', 'list'],
  summary: 'List the snapshots of a stack, newest first',
  args: [stackArgument],
  flags: {
    tag: { type: 'string', help: 'only with this tag' },
    creator: { type: 'string', placeholder: 'WHO', help: 'only by this creator' },
    since: { type: 'string', placeholder: 'TIME', help: 'only younger ones, as 7d' },
    limit: { type: 'string', placeholder: 'N', help: 'the newest so many' },
  },
  async run(context, input) {
    const name = argument(input, 0);
    const runner = await context.open();
    const [tag, creator] = [textFlag(input, 'tag'), textFlag(input, 'creator')];
    const age = durationFlag(input, 'since', 'stack snapshot list');
    const snapshots = await runner.snapshots.list(name, {
      ...(tag === undefined ? {} : { tag }),
      ...(creator === undefined ? {} : { creator }),
      ...(age === undefined ? {} : { since: context.clock() - age }),
    });
    const { limit = snapshots.length } = limitFlag(input, 'stack snapshot list', 0);
    const shown = snapshots.slice(0, limit);
    if (isSet(input, 'json')) printJson(context, shown);
    else printLines(context, renderList(name, shown, snapshots.length));
    return 0;
  },
};

function renderList(name: string, shown: readonly NamedSnapshot[], count: number): string[] {
  const rows = shown.map((each) => [
    each.version,
    each.creator,
    each.description,
    formatTime(each.createdAt),
    [...each.tags, ...(each.protected ? ['(protected)'] : [])].join(','),
  ]);
  const heads = ['Version', 'Creator', 'Description', 'Created At', 'Tags'];
  const table = renderTable(heads, rows, (_, width) => '-'.repeat(width));
  const cut = shown.length < count ? `, showing ${shown.length}` : '';
  const total = `Total: ${counted(count, 'snapshot')}${cut}`;
  return [`Snapshots for stack: ${name}`, '', ...table, '', total];
}

export const snapshotShow: CommandSpec = {
  path: ['stack', 'snapshot', 'show'],
  summary: 'Show a snapshot and what it holds',
  args: [stackArgument, { name: 'VERSION', help: 'the version, as v38', complete: 'snapshot' }],
  async run(context, input) {
    const [name, version] = [argument(input, 0), argument(input, 1)];
    const runner = await context.open();
    const snapshot = await runner.snapshots.show(name, version);
    if (isSet(input, 'json')) {
      printJson(context, snapshot);
      return 0;
    }
    printLines(context, [
      'Snapshot Details:',
      ...details([
        ['Stack', name],
        ['Version', snapshot.version],
        ['Creator', snapshot.creator],
        ['Description', snapshot.description],
        ['Created At', formatTime(snapshot.createdAt)],
        ['Size', formatSize(snapshot.size)],
      ]),
      '',
      'State Summary:',
      ...details([
        ['Resources', counted(snapshot.resourceCount, 'resource')],
        ['Tasks', counted(snapshot.taskCount, 'task')],
        ['Status', snapshot.status],
      ]),
      '',
      integrityLine(context, snapshot),
    ]);
    return snapshot.isIntact ? ExitStatus.done : ExitStatus.failed;
  },
};

function integrityLine({ terminal: { paint } }: CommandContext, shown: SnapshotDetails): string {
  const { stack, version, isIntact } = shown;
  if (!isIntact) return `${paint.bad('✗')} Integrity: its chunk is broken`;
  const all = `sloth-runner stack snapshot verify ${stack} ${version}`;
  return `${paint.good('✓')} Integrity: its chunk is whole; not checked: what it stands on (${all})`;
}
