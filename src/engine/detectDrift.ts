import { describeError, isSlothError } from '../errors/SlothError.ts';
import type { AcceptanceEntry, DriftEntry, DriftFinding, ResourceEntry } from '../model/entry.ts';
import type { JsonValue } from '../model/json.ts';
import type { ProviderMachine } from '../model/provider.ts';
import { acceptanceName } from '../services/drift/acceptDrift.ts';
import { judgeDrift, unreadableDrift } from '../services/drift/judgeDrift.ts';
import { driftNews, recordDriftCommand } from '../services/drift/recordDriftCommand.ts';
import type { EngineContext } from './EngineContext.ts';
import { inParallel, READERS, readObject, resourceFailed } from './readObject.ts';
import { MASK } from './redactor.ts';
import { openResource } from './storedResource.ts';

/** What detecting drift looks at. */
export interface DetectRequest {
  readonly lineage: string;
  /** Only these; all where it is `null`. */
  readonly only: ReadonlySet<string> | null;
  readonly machine: ProviderMachine;
}

/** What a look at the real objects found, by address, in the order of the addresses. */
export type DriftReport = ReadonlyMap<string, DriftEntry>;

/** Said instead of a suggestion that might hold a secret. */
const UNSAID = 'See the workflow: some of its values are sensitive';

/**
 * Reads the real objects of a stack and says what is not as it was applied. It can't reach an apply:
 * all it writes is its report.
 */
export async function detectDrift(
  context: EngineContext,
  { lineage, only, machine }: DetectRequest,
): Promise<DriftReport> {
  const kinds = ['resource', 'drift', 'acceptance'] as const;
  const selection = kinds.map((kind) => ({ kind }));
  const view = await context.backend.read({ lineage }, selection);
  const entries = [...(view?.content.resource ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  const needed = new Set(entries.flatMap(([, { dependencies }]) => dependencies));
  const chosen = entries.filter(([address]) => only === null || only.has(address));
  const found = await inParallel(chosen, READERS, async ([address, entry]) => {
    const before = view?.content.drift.get(address) ?? null;
    const acceptances = acceptedOf(address, view?.content.acceptance ?? new Map());
    const look = { address, entry, before, acceptances, isNeeded: needed.has(address) };
    return [address, await lookAtOne(context, lineage, machine, look)] as const;
  });
  const report = new Map(found);
  const news = driftNews(report, view?.content.drift ?? new Map());
  if (!context.readOnly && news.size > 0) {
    await context.writer(lineage).submit(recordDriftCommand(news));
  }
  return report;
}

/** The acceptances of one resource, by attribute. */
function acceptedOf(
  address: string,
  all: ReadonlyMap<string, AcceptanceEntry>,
): Map<string, AcceptanceEntry> {
  const prefix = acceptanceName(address, '');
  const own = [...all].filter(([name]) => name.startsWith(prefix));
  return new Map(own.map(([name, entry]) => [name.slice(prefix.length), entry]));
}

async function lookAtOne(
  context: EngineContext,
  lineage: string,
  machine: ProviderMachine,
  look: {
    readonly address: string;
    readonly entry: ResourceEntry;
    readonly before: DriftEntry | null;
    readonly acceptances: ReadonlyMap<string, AcceptanceEntry>;
    readonly isNeeded: boolean;
  },
): Promise<DriftEntry> {
  const { address, entry, before, isNeeded, acceptances } = look;
  const now = context.clock();
  try {
    const provider = await context.providers.find(entry.type);
    if (provider === undefined) {
      throw resourceFailed(address, new Error(`there is no type '${entry.type}' any more`));
    }
    const opened = await openResource(context, lineage, address, entry);
    const actual = await readObject(address, provider, opened.properties, machine);
    const { properties, attributes: expected } = opened;
    const facts = {
      provider,
      entry,
      properties,
      expected,
      actual,
      isNeeded,
      acceptances,
      before,
      now,
    };
    const judged = judgeDrift(facts);
    if (judged.findings.length === 0 && judged.accepted.length === 0) return judged;
    const changed = (await provider.trace?.(properties, machine)) ?? null;
    const told = { ...judged, changed };
    return masked(told, entry);
  } catch (error) {
    // One object that can't be read says nothing about the others.
    if (!isSlothError(error)) throw error;
    const { what, why } = describeError(error);
    return unreadableDrift(why === '' ? what : why, before, now);
  }
}

function masked(report: DriftEntry, { masked: names, properties }: ResourceEntry): DriftEntry {
  const hidden = (finding: DriftFinding): DriftFinding => {
    // A suggestion may be made of any property.
    const told = properties.sensitive === true ? { ...finding, suggestion: UNSAID } : finding;
    if (!names.includes(finding.attribute)) return told;
    const hide = (value: JsonValue): JsonValue => (value === null ? null : MASK);
    return { ...told, expected: hide(finding.expected), actual: hide(finding.actual) };
  };
  const { findings, accepted } = report;
  return { ...report, findings: findings.map(hidden), accepted: accepted.map(hidden) };
}
