import type { Content } from '../../model/content.ts';
import type { EntryKind, ResourceEntry, StoredValue, TaskEntry } from '../../model/entry.ts';
import { type JsonValue, sameJson } from '../../model/json.ts';
import { contentKinds } from './contentChanges.ts';
import type { EntryDifference } from './pack/diffPacks.ts';
import type { Body } from './pack/PackNode.ts';

/** One field of an entry that is not the same, by its path; `null` where it isn't there. */
export interface FieldChange {
  readonly path: string;
  readonly from: JsonValue;
  readonly to: JsonValue;
  /** Set for a sensitive value: that it changed is all that is told. */
  readonly sensitive?: true;
}

/** An entry that was added, removed or modified. */
export interface EntryChange {
  readonly name: string;
  readonly change: 'added' | 'removed' | 'modified';
  /** Of a modified one. */
  readonly fields: readonly FieldChange[];
}

/** What differs between two times of a stack, by kind, each sorted by name. */
export interface Comparison {
  readonly resources: readonly EntryChange[];
  readonly tasks: readonly EntryChange[];
  readonly values: readonly EntryChange[];
  readonly outputs: readonly EntryChange[];
  readonly dependencies: readonly EntryChange[];
  /** The workflow that made the content. */
  readonly workflow: readonly EntryChange[];
}

const NAMES = {
  resource: 'resources',
  task: 'tasks',
  value: 'values',
  output: 'outputs',
  dependency: 'dependencies',
  workflow: 'workflow',
} as const;

/** Turns differing entries into what a person wants to know of them; pure. */
export function comparisonOf(differences: readonly EntryDifference[]): Comparison {
  const result: Record<keyof Comparison, EntryChange[]> = {
    resources: [],
    tasks: [],
    values: [],
    outputs: [],
    dependencies: [],
    workflow: [],
  };
  for (const { kind, name, before, after } of differences) {
    if (!(kind in NAMES)) continue;
    const list = result[NAMES[kind as keyof typeof NAMES]];
    if (kind === 'workflow') {
      // There is one at most: what is told is how it differs, not that it came or went.
      const fields = fieldChanges(fieldsOf(kind, before ?? {}), fieldsOf(kind, after ?? {}));
      list.push({ name: kind, change: 'modified', fields });
    } else if (before === null) list.push({ name, change: 'added', fields: [] });
    else if (after === null) list.push({ name, change: 'removed', fields: [] });
    else {
      const fields = fieldChanges(fieldsOf(kind, before), fieldsOf(kind, after));
      // Times and lines of a file are no difference that anybody means.
      if (fields.length > 0) list.push({ name, change: 'modified', fields });
    }
  }
  for (const list of Object.values(result)) list.sort((a, b) => (a.name < b.name ? -1 : 1));
  return result;
}

/** The entries that are not the same in two contents; pure. */
export function diffContents(from: Content, to: Content): EntryDifference[] {
  return contentKinds.flatMap((kind) => {
    const [before, after] = [bodies(from, kind), bodies(to, kind)];
    const names = new Set([...before.keys(), ...after.keys()]);
    return [...names]
      .map((name) => {
        return { kind, name, before: before.get(name) ?? null, after: after.get(name) ?? null };
      })
      .filter((each) => !sameJson(each.before, each.after));
  });
}

function bodies(content: Content, kind: EntryKind): ReadonlyMap<string, Body> {
  return content[kind] as unknown as ReadonlyMap<string, Body>;
}

/** A value for comparing: what it is, or only what tells one secret from another. */
type Field = { readonly value: JsonValue; readonly sensitive?: true };

/** The parts of an entry that mean something, by path. */
function fieldsOf(kind: EntryKind, body: Body): Map<string, Field> {
  const fields = new Map<string, Field>();
  if (kind === 'resource') {
    const { status, properties, attributes, dependencies, options } =
      body as unknown as ResourceEntry;
    addStored(fields, '', properties);
    // What a property says by itself needs no second line.
    const known = new Set(fields.keys());
    const more = new Map<string, Field>();
    addStored(more, '', attributes);
    for (const [path, field] of more) if (!known.has(path)) fields.set(path, field);
    fields.set('status', { value: status });
    addAll(fields, 'depends_on', dependencies as unknown as JsonValue);
    addAll(fields, 'options', options as unknown as JsonValue);
  } else if (kind === 'task') {
    const { workflow, description, timeout, retries, dependsOn, tags } =
      body as unknown as TaskEntry;
    const plain = { workflow, description, timeout, retries, depends_on: dependsOn, tags };
    for (const [path, value] of Object.entries(plain)) {
      fields.set(path, { value: value as unknown as JsonValue });
    }
  } else if (kind === 'value' || kind === 'output') {
    addStored(fields, '', body as unknown as StoredValue);
  } else addAll(fields, '', body);
  return fields;
}

function addStored(fields: Map<string, Field>, path: string, stored: StoredValue): void {
  if (stored.sensitive === true) {
    fields.set(path || 'value', { value: stored.sealed, sensitive: true });
  } else addAll(fields, path, stored.value);
}

/** Every value inside of a table by its path; a list is one value. */
function addAll(fields: Map<string, Field>, path: string, value: JsonValue): void {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    fields.set(path || 'value', { value });
    return;
  }
  for (const [key, each] of Object.entries(value)) {
    addAll(fields, path === '' ? key : `${path}.${key}`, each);
  }
}

function fieldChanges(
  before: ReadonlyMap<string, Field>,
  after: ReadonlyMap<string, Field>,
): FieldChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path): FieldChange[] => {
    const [was, is] = [before.get(path), after.get(path)];
    if (sameJson(was?.value ?? null, is?.value ?? null)) return [];
    if (was?.sensitive === true || is?.sensitive === true) {
      return [{ path, from: null, to: null, sensitive: true }];
    }
    return [{ path, from: was?.value ?? null, to: is?.value ?? null }];
  });
}
