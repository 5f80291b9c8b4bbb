import type { EngineContext } from '../../../engine/context/EngineContext.ts';
import { openValue, sealContext } from '../../../engine/secrets/sealValue.ts';
import { contentOfPoint, findMoment } from '../../../engine/snapshots/findPoint.ts';
import { openStack } from '../../../engine/stacks/openStack.ts';
import type { StoredValue } from '../../../model/entry.ts';
import type { Head } from '../../../model/head.ts';
import type { ShownValue } from '../shown/value.ts';

/** How outputs are asked for. */
export interface OutputWish {
  readonly stack: string;
  readonly showSensitive: boolean;
  /** The time at which they are meant; now where it is left out. */
  readonly at: string | undefined;
}

/** What a stack published. Sensitive values are decrypted where they are asked for. */
export async function readOutputs(
  context: EngineContext,
  { stack, showSensitive, at }: OutputWish,
): Promise<ShownValue[]> {
  const head = await openStack(context, stack);
  const shown: ShownValue[] = [];
  for (const [key, stored] of await outputsAt(context, head, at)) {
    const sensitive = stored.sensitive === true;
    if (sensitive && !showSensitive) {
      shown.push({ key, sensitive });
      continue;
    }
    const place = sealContext(head.lineage, 'output', key);
    shown.push({ key, sensitive, value: await openValue(context.sealer, stored, place) });
  }
  return shown;
}

async function outputsAt(
  context: EngineContext,
  head: Head,
  moment: string | undefined,
): Promise<ReadonlyMap<string, StoredValue>> {
  if (moment !== undefined) {
    const point = await findMoment(context, head, moment);
    return (await contentOfPoint(context, head, point)).output;
  }
  const view = await context.backend.read({ lineage: head.lineage }, [{ kind: 'output' }]);
  return view?.content.output ?? new Map();
}
