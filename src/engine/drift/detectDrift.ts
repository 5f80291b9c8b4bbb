import type { DriftEntry, ResourceEntry } from '../../model/entry.ts';
import type { Provider, ProviderMachine } from '../../model/provider.ts';
import { driftNews, LOOK, recordDriftCommand } from '../../services/drift/recordDriftCommand.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { inParallel, readersOf } from '../objects/readObject.ts';
import { acceptedOf } from '../objects/storedAcceptances.ts';
import { redacted } from '../redaction/redactedError.ts';
import { lookAtObject, maskDrift } from './lookAtObject.ts';

/** What detecting drift looks at. */
export interface DetectRequest {
  readonly lineage: string;
  /** Only these; all where it is `null`. */
  readonly only: ReadonlySet<string> | null;
  readonly machine: ProviderMachine;
  /** Milliseconds that an earlier look may be old to be used again; always a new one without it. */
  readonly maxAge?: number;
}

/** What a look at the real objects found, by address, in the order of the addresses. */
export type DriftReport = ReadonlyMap<string, DriftEntry>;

/**
 * Reads the real objects of a stack and says what is not as it was applied. It can't reach an apply:
 * all it writes is its report.
 */
export async function detectDrift(
  context: EngineContext,
  { lineage, only, machine, maxAge }: DetectRequest,
): Promise<DriftReport> {
  const kinds = ['resource', 'drift', 'acceptance', 'look'] as const;
  const selection = kinds.map((kind) => ({ kind }));
  const view = await context.backend.read({ lineage }, selection);
  const entries = [...(view?.content.resource ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  const needed = new Set(entries.flatMap(([, { dependencies }]) => dependencies));
  const chosen = entries.filter(([address]) => only === null || only.has(address));
  const providers = await providersOf(context, chosen);
  const group = ([, { type }]: Named): { name: string; most: number } => ({
    name: type,
    most: readersOf(providers.get(type)),
  });
  const isWorkedOn = (view?.head.open.length ?? 0) > 0;
  const begun = context.clock();
  const look = view?.content.look.get(LOOK)?.at ?? null;
  const age = look === null ? null : begun - look;
  // One from the future is the word of a clock that was wrong: nobody knows how old it is.
  const isFresh = maxAge !== undefined && age !== null && age >= 0 && age <= maxAge;
  const fresh = isFresh ? look : null;
  let read = 0;
  const found = await inParallel(chosen, group, async ([address, entry]) => {
    const before = view?.content.drift.get(address) ?? null;
    const accepted = acceptedOf(address, view?.content.acceptance);
    // What somebody accepted may be over by now.
    const isKnown =
      entry.status === 'applied' &&
      before !== null &&
      accepted.size === 0 &&
      before.accepted.length === 0;
    if (fresh !== null && isKnown && (entry.appliedAt ?? Infinity) <= fresh) {
      return [address, { ...before, checkedAt: Math.max(before.checkedAt, fresh) }] as const;
    }
    read++;
    const isNeeded = needed.has(address);
    const known = {
      address,
      entry,
      before,
      accepted,
      isNeeded,
      provider: providers.get(entry.type),
      isWorkedOn,
    };
    const seen = maskDrift(await lookAtObject(context, lineage, machine, known), entry);
    // What is in sync tells nothing that could hold a secret, and is most of what there is.
    const isQuiet = seen.status === 'in_sync' && seen.accepted.length === 0;
    return [address, isQuiet ? seen : redacted(context.redactor, seen)] as const;
  });
  const report = new Map(found);
  const news = driftNews(report, view?.content.drift ?? new Map());
  // Kept only for who asks for it: a watcher that finds nothing new has nothing to write.
  const keep = maxAge !== undefined && only === null && read > 0 ? begun : null;
  if (!context.readOnly && (news.size > 0 || keep !== null)) {
    await context.writer(lineage).submit(recordDriftCommand(news, keep));
  }
  return report;
}

type Named = readonly [address: string, entry: ResourceEntry];

async function providersOf(
  { providers }: EngineContext,
  entries: readonly Named[],
): Promise<Map<string, Provider>> {
  const found = new Map<string, Provider>();
  for (const type of new Set(entries.map(([, entry]) => entry.type))) {
    const provider = await providers.find(type);
    if (provider !== undefined) found.set(type, provider);
  }
  return found;
}
