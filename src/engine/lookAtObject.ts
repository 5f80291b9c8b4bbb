import { describeError, isSlothError } from '../errors/SlothError.ts';
import type { AcceptanceEntry, DriftEntry, DriftFinding, ResourceEntry } from '../model/entry.ts';
import type { JsonValue } from '../model/json.ts';
import type { ChangeTrace, Properties, Provider, ProviderMachine } from '../model/provider.ts';
import { acceptanceName } from '../services/drift/acceptDriftCommand.ts';
import { type DriftAcceptance, judgeDrift, unreadableDrift } from '../services/drift/judgeDrift.ts';
import type { EngineContext } from './EngineContext.ts';
import { readObject, resourceFailed } from './readObject.ts';
import { MASK } from './redactor.ts';
import { openValue, sealContext } from './sealValue.ts';
import { openResource } from './storedResource.ts';

/** A resource, and what the stack knows of its drift. */
export interface KnownObject {
  readonly address: string;
  readonly entry: ResourceEntry;
  /** What the last look found. */
  readonly before: DriftEntry | null;
  /** What somebody accepted of it, by attribute. */
  readonly accepted: ReadonlyMap<string, AcceptanceEntry>;
  /** Whether others depend on it. */
  readonly isNeeded: boolean;
  readonly provider: Provider | undefined;
}

/** Said instead of a suggestion that might hold a secret. */
const UNSAID = 'See the workflow: some of its values are sensitive';

/**
 * Reads one object and says what of it is not as it was applied, sensitive values included: not to be
 * shown or stored before `maskDrift`. What can't be read is told as unreadable; it says nothing about
 * others.
 */
export async function lookAtObject(
  context: EngineContext,
  lineage: string,
  machine: ProviderMachine,
  { address, entry, before, accepted, isNeeded, provider }: KnownObject,
): Promise<DriftEntry> {
  const now = context.clock();
  try {
    if (provider === undefined) throw new Error(`there is no type '${entry.type}' any more`);
    const { properties, attributes: expected } = await openResource(
      context,
      lineage,
      address,
      entry,
    );
    const actual = await readObject(address, provider, properties, machine);
    const acceptances = await opened(context, lineage, address, accepted);
    const judged = judgeDrift({
      provider,
      entry,
      properties,
      expected,
      actual,
      isNeeded,
      acceptances,
      before,
      now,
    });
    if (judged.findings.length === 0 && judged.accepted.length === 0) return judged;
    return { ...judged, changed: await traced(provider, properties, machine) };
  } catch (cause) {
    const error = isSlothError(cause) ? cause : resourceFailed(address, cause);
    const { what, why } = describeError(error);
    return unreadableDrift(why === '' ? what : why, before, now);
  }
}

/** The acceptances of one resource, by attribute. */
export function acceptedOf(
  address: string,
  all: ReadonlyMap<string, AcceptanceEntry>,
): Map<string, AcceptanceEntry> {
  const prefix = acceptanceName(address, '');
  const own = [...all].filter(([name]) => name.startsWith(prefix));
  return new Map(own.map(([name, entry]) => [name.slice(prefix.length), entry]));
}

/** What a look found, without what is never shown. */
export function maskDrift(
  report: DriftEntry,
  { masked, properties }: Pick<ResourceEntry, 'masked' | 'properties'>,
): DriftEntry {
  const hidden = (finding: DriftFinding): DriftFinding => {
    // A suggestion may be made of any property.
    const told = properties.sensitive === true ? { ...finding, suggestion: UNSAID } : finding;
    if (!masked.includes(finding.attribute)) return told;
    const hide = (value: JsonValue): JsonValue => (value === null ? null : MASK);
    return { ...told, expected: hide(finding.expected), actual: hide(finding.actual) };
  };
  const { findings, accepted } = report;
  return { ...report, findings: findings.map(hidden), accepted: accepted.map(hidden) };
}

async function opened(
  { sealer }: EngineContext,
  lineage: string,
  address: string,
  accepted: ReadonlyMap<string, AcceptanceEntry>,
): Promise<Map<string, DriftAcceptance>> {
  const acceptances = new Map<string, DriftAcceptance>();
  for (const [attribute, { until, actual }] of accepted) {
    const place = sealContext(lineage, 'acceptance', acceptanceName(address, attribute));
    acceptances.set(attribute, { until, actual: await openValue(sealer, actual, place) });
  }
  return acceptances;
}

/** Who changed it, as far as that can be told: drift is drift, also where nobody knows. */
async function traced(
  provider: Provider,
  properties: Properties,
  machine: ProviderMachine,
): Promise<ChangeTrace | null> {
  try {
    return (await provider.trace?.(properties, machine)) ?? null;
  } catch {
    return null;
  }
}
