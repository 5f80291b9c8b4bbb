import { describeError, isSlothError } from '../../errors/SlothError.ts';
import type {
  AcceptanceEntry,
  DriftEntry,
  DriftFinding,
  ResourceEntry,
} from '../../model/entry.ts';
import type { JsonValue } from '../../model/json.ts';
import type { ChangeTrace, Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { judgeDrift, unappliedDrift, unreadableDrift } from '../../services/drift/judgeDrift.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { readObject, resourceFailed } from '../objects/readObject.ts';
import { openAcceptances } from '../objects/storedAcceptances.ts';
import { openResource } from '../objects/storedResource.ts';
import { MASK } from '../redaction/redactor.ts';

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
  /** Whether somebody works on the stack at this moment. */
  readonly isWorkedOn: boolean;
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
  { address, entry, before, accepted, isNeeded, provider, isWorkedOn }: KnownObject,
): Promise<DriftEntry> {
  const now = context.clock();
  try {
    if (provider === undefined) throw new Error(`there is no type '${entry.type}' any more`);
    const opened = await openResource(context, lineage, address, entry);
    const { properties } = opened;
    // What was never applied was not seen as declared either: its properties say what it should be.
    const isApplied = entry.status === 'applied';
    const expected = isApplied
      ? opened.attributes
      : await provider.expected(properties, machine).catch((cause: unknown) => {
          throw resourceFailed(address, cause);
        });
    const actual = await readObject(address, provider, properties, machine);
    const acceptances = await openAcceptances(context, lineage, address, accepted);
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
      isWorkedOn,
    });
    if (judged.findings.length === 0 && judged.accepted.length === 0) return judged;
    return { ...judged, changed: await traced(provider, properties, machine) };
  } catch (cause) {
    const error = isSlothError(cause) ? cause : resourceFailed(address, cause);
    const { what, why } = describeError(error);
    const unreadable = unreadableDrift(why === '' ? what : why, before, now);
    return entry.status === 'applied' ? unreadable : unappliedDrift(unreadable, entry, isWorkedOn);
  }
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
