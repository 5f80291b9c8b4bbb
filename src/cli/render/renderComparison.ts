import type { Comparison, EntryChange, FieldChange } from '../../sdk/Runner.ts';
import type { Paint } from '../terminal/Terminal.ts';

/** Long values are cut: the beginning tells them apart. */
const LONGEST = 40;

const SECTIONS = [
  ['resources', 'Changes', 'resource'],
  ['tasks', 'Task Changes', 'task'],
  ['values', 'Value Changes', 'value'],
  ['outputs', 'Output Changes', 'output'],
  ['dependencies', 'Dependency Changes', 'dependency'],
  ['workflow', 'Workflow Changes', 'workflow'],
] as const;

/** What differs between two times, as the specification shows it. */
export function renderComparison(comparison: Comparison, paint: Paint): string[] {
  const lines = SECTIONS.flatMap(([key, title, word]) => {
    const changes = comparison[key];
    if (changes.length === 0) return [];
    return ['', `${title}:`, ...changes.flatMap((each) => changeLines(each, word, paint))];
  });
  return lines.length === 0 ? ['', 'Nothing differs'] : lines;
}

/** How much differs, a line for each kind. */
export function renderStatistics(comparison: Comparison): string[] {
  return SECTIONS.filter(([key]) => key !== 'workflow').map(([key]) => {
    const count = (change: EntryChange['change']): number =>
      comparison[key].filter((each) => each.change === change).length;
    const numbers = `${count('added')} added, ${count('modified')} modified, ${count('removed')} removed`;
    return `  ${`${key}:`.padEnd(14)}${numbers}`;
  });
}

function changeLines({ name, change, fields }: EntryChange, word: string, paint: Paint): string[] {
  const isTask = word === 'task';
  const isShort = isTask || word === 'workflow';
  if (change === 'added') {
    return [`  ${paint.good('+')} ${isTask ? `New task: ${name}` : `Added ${word}: ${name}`}`];
  }
  if (change === 'removed') return [`  ${paint.bad('-')} Removed ${word}: ${name}`];
  const sign = paint.warn('~');
  const told = fields.map(fieldText);
  const head = isShort ? `${name}:` : `Modified ${word}: ${name}`;
  if (told.length === 1) {
    return [isShort ? `  ${sign} ${head} ${told[0]}` : `  ${sign} ${head} (${told[0]})`];
  }
  return [`  ${sign} ${head}`, ...told.map((text) => `      ${text}`)];
}

function fieldText({ path, from, to, sensitive }: FieldChange): string {
  if (sensitive === true) return `${path}: changed (sensitive)`;
  // A value that is the entry itself has no path of its own worth telling.
  const name = path === 'value' ? '' : `${path}: `;
  return path.includes('\n') ? `${name}changed` : `${name}${shown(from)} -> ${shown(to)}`;
}

function shown(value: unknown): string {
  if (value === null) return 'none';
  const text =
    typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
