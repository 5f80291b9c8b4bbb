import type { PlannedResource } from '../../sdk/presentation.ts';
import type { Paint } from '../terminal/Terminal.ts';
import { renderTable } from './table.ts';

type Action = PlannedResource['action'];

const signs: Readonly<Record<Action, string>> = {
  create: '+',
  update: '~',
  replace: '-/+',
  delete: '-',
  none: ' ',
  unreadable: '?',
};

/** Long values, digests above all, are cut: the beginning tells them apart. */
const LONGEST = 24;

/** What a run is about to do to real objects: each change with its attributes, the summary last. */
export function renderPlan(resources: readonly PlannedResource[], paint: Paint): string[] {
  const changing = resources.filter((each) => each.action !== 'none');
  const lines = changing.flatMap((each) => renderChange(each, paint));
  return [...lines, ...(lines.length > 0 ? [''] : []), planSummary(resources, paint)];
}

/** `Plan: 1 to delete, 2 to create, 3 unchanged`: what destroys comes first. */
function planSummary(resources: readonly PlannedResource[], paint: Paint): string {
  const words: readonly (readonly [Action, string])[] = [
    ['delete', 'to delete'],
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
  return `${paint.strong('Plan:')} ${parts.join(', ') || 'no resources'}`;
}

function renderChange(change: PlannedResource, paint: Paint): string[] {
  const { resource, action, differences, reason, conflicts } = change;
  const brush = { '+': paint.good, '~': paint.warn, '-/+': paint.bad, '-': paint.bad };
  const sign = signs[action];
  const painted = brush[sign as keyof typeof brush]?.(sign.padStart(3)) ?? sign.padStart(3);
  const lines = [`${painted} ${resource}${reason === '' ? '' : ` (${reason})`}`];
  for (const { attribute, expected, actual, unknown } of differences) {
    const from = action === 'create' || actual === null ? '' : `${value(actual)} -> `;
    const to = unknown === true ? '(known after apply)' : value(expected);
    lines.push(`      ${attribute}: ${from}${to}`);
  }
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

function value(given: unknown): string {
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
