import type { Command, Decision, Situation } from '../../backend/Command.ts';
import { guardWrite, type WriteAuthority } from '../../backend/guardWrite.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { type Change, deleteEntry, putEntry } from '../../model/change.ts';
import type { StoredValue } from '../../model/entry.ts';
import { event } from '../../model/event.ts';
import { canonicalJson, type JsonValue } from '../../model/json.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';
import { assertKey } from './assertKey.ts';

/** The two kinds of values that workflows and people set by key. */
export type ValueKind = 'value' | 'output';

/** On whose behalf, and how liveness is known. */
export interface ValueContext {
  readonly authority: WriteAuthority;
  readonly probe: ProbeLiveness;
}

/** Sets a value or an output. The same value again is no change and writes nothing. */
export function setValueCommand(
  kind: ValueKind,
  key: string,
  stored: StoredValue,
  context: ValueContext,
): Command<void> {
  assertKey(key);
  return command(kind, key, 'set', context, ({ content }) => {
    const known = content[kind].get(key);
    const same = known !== undefined && canonicalJson(known) === canonicalJson(stored);
    return { result: undefined, change: same ? null : putEntry(kind, key, stored) };
  });
}

/** Deletes a value or an output; results in whether it was there. */
export function deleteValueCommand(
  kind: ValueKind,
  key: string,
  context: ValueContext,
): Command<boolean> {
  return command(kind, key, 'delete', context, ({ content }) => {
    const there = content[kind].has(key);
    return { result: there, change: there ? deleteEntry(kind, key) : null };
  });
}

/** Adds to a number, atomically; a missing one counts as 0. Results in the sum. */
export function incrementCommand(key: string, by: number, context: ValueContext): Command<number> {
  assertKey(key);
  return command('value', key, 'increment', context, ({ content }) => {
    const known = content.value.get(key);
    const current = known === undefined ? 0 : known.sensitive === true ? known : known.value;
    if (typeof current !== 'number') {
      throw new SlothError('state.not_a_number', { key, type: typeName(current) });
    }
    const sum = current + by;
    return { result: sum, change: putEntry('value', key, { value: sum }) };
  });
}

/**
 * Sets a value only where it is the expected one, atomically; `undefined` expects it to be missing.
 * Sensitive values compare through `open`, which the caller filled before (see `CompareSwap`).
 */
export function compareSwapCommand(
  key: string,
  swap: {
    readonly expected: JsonValue | undefined;
    readonly next: StoredValue;
    readonly open: (stored: StoredValue) => JsonValue;
  },
  context: ValueContext,
): Command<boolean> {
  assertKey(key);
  return command('value', key, 'compare_swap', context, ({ content }) => {
    const known = content.value.get(key);
    const current = known === undefined ? undefined : swap.open(known);
    const matches =
      current === undefined || swap.expected === undefined
        ? current === swap.expected
        : canonicalJson(current) === canonicalJson(swap.expected);
    return { result: matches, change: matches ? putEntry('value', key, swap.next) : null };
  });
}

function command<R>(
  kind: ValueKind,
  key: string,
  verb: string,
  { authority, probe }: ValueContext,
  decide: (situation: Situation) => { readonly result: R; readonly change: Change | null },
): Command<R> {
  const what = kind === 'value' ? 'state' : 'output';
  return {
    operation: `${what}.${verb}`,
    execution: authority.execution,
    needs: [{ kind, name: key }],
    decide: (situation): Decision<R> => {
      const permit = guardWrite(situation.head, authority, situation.now, probe);
      const { result, change } = decide(situation);
      if (change === null) return { result, changes: [], events: [] };
      const message = `${what} '${key}' ${change.type === 'entry.delete' ? 'deleted' : 'set'}`;
      return {
        result,
        fence: permit.fence,
        changes: [...permit.changes, change],
        events: [...permit.events, event('stack.updated', 'state', message, { kind, key })],
      };
    },
  };
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value;
}
