import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { JsonValue } from '../../model/json.ts';
import { referenceText } from '../../model/reference.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { openValue, sealContext } from '../secrets/sealValue.ts';
import { findStack } from './openStack.ts';

/** An output of a stack, and where in its log it was read. */
export interface ReadOutput {
  readonly stack: string;
  readonly key: string;
  readonly value: JsonValue;
  readonly lineage: string;
  /** The newest serial at that moment: what is put later is another value. */
  readonly serial: number;
}

/**
 * Reads an output of another stack. Rejects with `stack.not_found` or `output.not_found`, with the
 * nearest names. A sensitive one counts as a secret from then on.
 */
export async function readOutput(
  context: EngineContext,
  stack: string,
  key: string,
  redactor: Redactor,
): Promise<ReadOutput> {
  const head = await findStack(context, stack);
  if (head === undefined) {
    const names = (await context.backend.list()).map((each) => each.name);
    throw new SlothError('stack.not_found', { stack, near: nearest(stack, names) });
  }
  const { lineage } = head;
  const view = await context.backend.read({ lineage }, [{ kind: 'output' }]);
  const stored = view?.content.output.get(key);
  if (view === undefined || stored === undefined) {
    const names = [...(view?.content.output.keys() ?? [])];
    throw new SlothError('output.not_found', { stack, key, near: nearest(key, names) });
  }
  const value = await openValue(context.sealer, stored, sealContext(lineage, 'output', key));
  if (stored.sensitive === true) redactor.add(value);
  return { stack, key, value, lineage, serial: view.head.serial };
}

/** What stands for an output that is not known before its stack has run. */
export function unknownOutput(stack: string, key: string): string {
  return referenceText({ kind: 'stack', of: stack, name: key });
}
