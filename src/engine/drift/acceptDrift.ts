import { SlothError } from '../../errors/SlothError.ts';
import type { StoredValue } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import type { ProviderMachine } from '../../model/provider.ts';
import { acceptanceName, acceptDriftCommand } from '../../services/drift/acceptDriftCommand.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { sealContext, sealValue } from '../secrets/sealValue.ts';
import { lookAtObject } from './lookAtObject.ts';

/** What to accept, why, and until when. */
export interface AcceptDriftRequest {
  readonly address: string;
  /** All that has drifted where it is `null`. */
  readonly attribute: string | null;
  readonly reason: string;
  /** Epoch milliseconds; `null` for good. */
  readonly until: number | null;
  readonly machine: ProviderMachine;
}

/**
 * Reads an object, and accepts what of it is not as it was applied; gives the attributes. What is
 * accepted is what is there now and nothing that an earlier look found. Rejects with
 * `drift.nothing_to_accept` where nothing has drifted, and with `drift.unreadable` where nobody can tell.
 */
export async function acceptDrift(
  context: EngineContext,
  head: Head,
  { address, attribute, reason, until, machine }: AcceptDriftRequest,
): Promise<readonly string[]> {
  const { lineage, name: stack } = head;
  const selection = [{ kind: 'resource' as const, name: address }];
  const view = await context.backend.read({ lineage }, selection);
  const entry = view?.content.resource.get(address);
  if (entry === undefined) throw new SlothError('resource.not_found', { stack, address, near: [] });
  const provider = await context.providers.find(entry.type);
  const known = {
    address,
    entry,
    before: null,
    accepted: new Map(),
    isNeeded: false,
    provider,
    isWorkedOn: false,
  };
  const { findings, status, reason: unread } = await lookAtObject(context, lineage, machine, known);
  if (status === 'unreadable')
    throw new SlothError('drift.unreadable', { address, reason: unread });
  const wanted = findings.filter((each) => attribute === null || each.attribute === attribute);
  if (wanted.length === 0) {
    const what = attribute === null ? address : `${address}.${attribute}`;
    throw new SlothError('drift.nothing_to_accept', { stack, what });
  }
  const actual = new Map<string, StoredValue>();
  for (const each of wanted) {
    const place = sealContext(lineage, 'acceptance', acceptanceName(address, each.attribute));
    const isSecret = entry.masked.includes(each.attribute);
    actual.set(each.attribute, await sealValue(context.sealer, each.actual, isSecret, place));
  }
  const request = { address, actual, reason, by: context.actor, until };
  await context.writer(lineage).submit(acceptDriftCommand(request));
  return [...actual.keys()];
}
