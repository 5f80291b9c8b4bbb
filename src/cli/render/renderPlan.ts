import type { PlannedResource } from '../../sdk/presentation.ts';
import type { Paint } from '../terminal/Terminal.ts';
import { renderTable } from './table.ts';

type Action = PlannedResource['action'];

const signs: Readonly<Record<Action, string>> = {
  create: '+',
  update: '~',
  replace: '-/+',
  delete: '-',
  release: '-',
  none: ' ',
  unreadable: '?',
};

/** Long values, digests above all, are cut: the beginning tells them apart. */
const LONGEST = 24;

/** What a run is about to do to real objects: each change with its attributes, the summary last. */
export function renderPlan(resources: readonly PlannedResource[], paint: Paint): string[] {
  const changing = resources.filter(
    ({ action, movedFrom, kept }) => action !== 'none' || movedFrom !== '' || kept.length > 0,
  );
  const lines = changing.flatMap((each) => renderChange(each, paint));
  return [...lines, ...(lines.length > 0 ? [''] : []), planSummary(resources, paint)];
}

/** `Plan: 1 to delete, 1 to let go, 2 to create, 3 unchanged`: what destroys comes first. */
function planSummary(resources: readonly PlannedResource[], paint: Paint): string {
  const words: readonly (readonly [Action, string])[] = [
    ['delete', 'to delete'],
    ['release', 'to let go'],
    ['replace', 'to replace'],
    ['update', 'to update'],
    ['create', 'to create'],
    ['unreadable', 'unreadable'],
    ['none', 'unchanged'],
  ];
  const parts = words
    .map(([action, text]) => [resources.filter((each) => each.action === action).length, text])
    .filter(([count]) => Number(count) > 0)
    .map(([count, text]) => `${count} ${text}`);
  const stays = resources.filter(({ action }) => action !== 'delete' && action !== 'release');
  const renamed = stays.filter((each) => each.movedFrom !== '').length;
  if (renamed > 0) parts.push(`${renamed} with another address`);
  return `${paint.strong('Plan:')} ${parts.join(', ') || 'no resources'}`;
}

function renderChange(change: PlannedResource, paint: Paint): string[] {
  const { resource, action, differences, conflicts, movedFrom, kept } = change;
  const brush = { '+': paint.good, '~': paint.warn, '-/+': paint.bad, '-': paint.bad };
  const sign = signs[action];
  const painted = brush[sign as keyof typeof brush]?.(sign.padStart(3)) ?? sign.padStart(3);
  // What goes is not renamed first, though its entry made room for another's.
  const isRenamed = movedFrom !== '' && action !== 'delete' && action !== 'release';
  const address = isRenamed ? `${movedFrom} -> ${resource}` : resource;
  const remarks = remarksOf(change);
  const lines = [`${painted} ${address}${remarks === '' ? '' : ` (${remarks})`}`];
  for (const { attribute, expected, actual, unknown } of differences) {
    const from = action === 'create' || actual === null ? '' : `${value(actual)} -> `;
    const to = unknown === true ? '(known after apply)' : value(expected);
    lines.push(`      ${attribute}: ${from}${to}`);
  }
  for (const attribute of kept) lines.push(`      ${attribute}: left as somebody changed it`);
  if (conflicts.length === 0) return lines;
  const rows = conflicts.map((each) => [
    each.attribute,
    value(each.declared),
    value(each.applied),
    value(each.actual),
  ]);
  const heads = ['changed from outside', 'declared', 'last applied', 'actual'];
  const table = renderTable(heads, rows, (head) => '-'.repeat(head.length));
  return [...lines, ...table.map((line) => `    ${paint.warn('!')} ${line}`)];
}

/** What has to be known beside what is changed: whose the object is, what goes, what can't be had back. */
function remarksOf(change: PlannedResource): string {
  const { action, origin, reason, former, unkept, movedFrom } = change;
  const parts: string[] = [];
  if (reason !== '') parts.push(reason);
  if (movedFrom !== '' && (action === 'delete' || action === 'release')) {
    parts.push(`it was ${movedFrom}`);
  }
  if (action === 'release') parts.push('not made by this stack; the object stays');
  else if (origin === 'found' && action !== 'delete') {
    const isKept = unkept === '' && action !== 'unreadable';
    parts.push(`found: not made by this stack${isKept ? '; what is there is kept' : ''}`);
  } else if (origin === 'imported' && action === 'delete') parts.push('imported');
  if (former !== null) {
    const fate = former.fate === 'deleted' ? 'is deleted' : 'is let go';
    parts.push(`${former.identity} ${fate}`);
  } else if (action === 'replace') parts.push('the old object goes');
  if (unkept !== '') parts.push(`what is there can't be had back: ${unkept}`);
  return parts.join('; ');
}

function value(given: unknown): string {
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
