import type { Command } from '../../backend/Command.ts';
import { hasCode, SlothError } from '../../errors/SlothError.ts';
import type { StoredValue } from '../../model/entry.ts';
import type { TaskHost } from '../../model/host.ts';
import { type JsonValue, sameJson } from '../../model/json.ts';
import { useOutputsCommand } from '../../services/deps/dependencyCommands.ts';
import {
  compareSwapCommand,
  deleteValueCommand,
  incrementCommand,
  setValueCommand,
  type ValueKind,
} from '../../services/state/valueCommands.ts';
import { openValue, sealContext, sealValue } from '../secrets/sealValue.ts';
import { assertText } from '../session/assertText.ts';
import type { RunSession } from '../session/RunSession.ts';
import { readOutput } from '../stacks/readOutput.ts';

/** The part of a task's host that works on its stack. */
export type StateHost = Pick<
  TaskHost,
  | 'stateGet'
  | 'stateSet'
  | 'stateDelete'
  | 'stateGetAll'
  | 'stateIncrement'
  | 'stateCompareSwap'
  | 'stackName'
  | 'stackSetOutput'
  | 'stackOutput'
  | 'stackGetOutput'
>;

/**
 * Serves `state` and `stack` to a task. Whatever holds a registered secret is stored encrypted, and
 * whatever was stored encrypted counts as a secret from the moment it is read.
 */
export function createStateHost(session: RunSession): StateHost {
  const { context, head, redactor } = session;
  const { lineage } = head;
  const values = { authority: session.authority, probe: context.probe };
  const submit = <R>(command: Command<R>): Promise<R> => context.writer(lineage).submit(command);

  async function read(kind: ValueKind, name: string): Promise<JsonValue | undefined> {
    const view = await context.backend.read({ lineage }, [{ kind, name }]);
    const stored = view?.content[kind].get(name);
    return stored && reveal(stored, kind, name);
  }

  async function reveal(stored: StoredValue, kind: ValueKind, name: string): Promise<JsonValue> {
    const value = await openValue(context.sealer, stored, sealContext(lineage, kind, name));
    if (stored.sensitive === true) redactor.add(value);
    return value;
  }

  async function store(kind: ValueKind, key: string, value: JsonValue, sensitive: boolean) {
    assertText(key, 'the key');
    assertPublic(key);
    assertText(value, `the value of '${key}'`);
    const secret = sensitive || redactor.contains(value);
    return sealValue(context.sealer, value, secret, sealContext(lineage, kind, key));
  }

  /** Names are stored and shown as they are: what finds a value can't be encrypted with it. */
  function assertPublic(key: string): void {
    if (!redactor.givesAway(key)) return;
    const reason = 'it holds a secret, and keys are stored and shown as they are';
    throw new SlothError('state.bad_key', { key: redactor.text(key), reason });
  }

  /** Whether an output is this very secret already. */
  async function isSealedOutput(key: string, value: JsonValue): Promise<boolean> {
    const view = await context.backend.read({ lineage }, [{ kind: 'output', name: key }]);
    const known = view?.content.output.get(key);
    if (known?.sensitive !== true) return false;
    return sameJson(await reveal(known, 'output', key), value);
  }

  /** What was read makes this stack depend on the other, and stale once the value is another. */
  async function stackOutput(stack: string, key: string): Promise<JsonValue> {
    const { value, lineage: from, serial } = await readOutput(context, stack, key, redactor);
    if (from === lineage) return value;
    const { execution } = session.authority;
    const used = { lineage: from, outputs: { [key]: { serial, execution } } };
    await submit(useOutputsCommand(stack, used, session.authority, context.probe));
    return value;
  }

  return {
    stateGet: (key) => read('value', key),
    stateSet: async (key, value) =>
      submit(setValueCommand('value', key, await store('value', key, value, false), values)),
    stateDelete: (key) => submit(deleteValueCommand('value', key, values)),
    stateGetAll: async () => {
      const view = await context.backend.read({ lineage }, [{ kind: 'value' }]);
      const all: Record<string, JsonValue> = {};
      for (const [key, stored] of view?.content.value ?? []) {
        all[key] = await reveal(stored, 'value', key);
      }
      return all;
    },
    stateIncrement: async (key, by) => {
      assertPublic(key);
      return submit(incrementCommand(key, by, values));
    },
    stateCompareSwap: async (key, expected, next) => {
      const view = await context.backend.read({ lineage }, [{ kind: 'value', name: key }]);
      const before = view?.content.value.get(key);
      const revealed = before && (await reveal(before, 'value', key));
      const open = (stored: StoredValue): JsonValue => {
        if (stored.sensitive !== true) return stored.value;
        // A ciphertext differs at every sealing: the same text is the same value, another is not
        // the one that was compared, so the swap must fail rather than guess.
        const same = before?.sensitive === true && before.sealed === stored.sealed;
        return same && revealed !== undefined ? revealed : { changed: stored.sealed };
      };
      const stored = await store('value', key, next, before?.sensitive === true);
      return submit(compareSwapCommand(key, { expected, next: stored, open }, values));
    },
    stackName: () => head.name,
    stackSetOutput: async (key, value, options = {}) => {
      if (options.sensitive === true) redactor.add(value);
      // A ciphertext is another one each time: the same secret again must not make others stale.
      const sensitive = options.sensitive === true || redactor.contains(value);
      if (sensitive && (await isSealedOutput(key, value))) return;
      const stored = await store('output', key, value, sensitive);
      return submit(setValueCommand('output', key, stored, values));
    },
    stackOutput,
    stackGetOutput: async (key, stack) => {
      if (stack === undefined || stack === head.name) return read('output', key);
      try {
        return await stackOutput(stack, key);
      } catch (error) {
        if (hasCode(error, 'output.not_found')) return undefined;
        throw error;
      }
    },
  };
}
