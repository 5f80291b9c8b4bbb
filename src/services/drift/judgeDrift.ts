import type { DriftEntry, DriftFinding, ResourceEntry } from '../../model/entry.ts';
import { canonicalJson, type JsonValue } from '../../model/json.ts';
import { shownStatus } from '../../model/origin.ts';
import type { ActualObject, Attributes, Properties, Provider } from '../../model/provider.ts';

/** What somebody can live with, in the clear. */
export interface DriftAcceptance {
  /** Epoch milliseconds; `null` for good. */
  readonly until: number | null;
  /** The value that was accepted; another one is drift again. */
  readonly actual: JsonValue;
}

/** What is known of a resource when its drift is judged. */
export interface DriftFacts {
  readonly provider: Provider;
  readonly entry: ResourceEntry;
  readonly properties: Properties;
  /** What it looked like when it was applied. */
  readonly expected: Attributes;
  readonly actual: ActualObject;
  /** Whether other resources of the stack depend on it. */
  readonly isNeeded: boolean;
  /** What somebody has accepted of it, by attribute. */
  readonly acceptances: ReadonlyMap<string, DriftAcceptance>;
  /** What the last look found; `null` for a first one. */
  readonly before: DriftEntry | null;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Whether somebody works on the stack at this moment. */
  readonly isWorkedOn: boolean;
}

/**
 * Compares what an object looks like with what it looked like when it was applied; pure.
 *
 * An object that is gone is one finding: drift of the resource, or of a dependency where others need
 * it. Severity and impact are the provider's, unless the workflow knows better.
 */
export function judgeDrift(facts: DriftFacts): DriftEntry {
  const { acceptances, actual, before, now } = facts;
  const all = actual.exists ? differing(facts, actual.attributes) : [missing(facts)];
  const findings = all.filter((each) => !isAccepted(each, acceptances, now));
  const accepted = all.filter((each) => isAccepted(each, acceptances, now));
  const base = { checkedAt: now, findings, accepted, reason: '' };
  if (facts.entry.status !== 'applied') {
    const seen = { ...base, status: 'failed' as const, firstSeen: before?.firstSeen ?? now };
    return unappliedDrift({ ...seen, changed: null }, facts.entry, facts.isWorkedOn);
  }
  if (findings.length === 0) return { ...base, status: 'in_sync', firstSeen: null, changed: null };
  const firstSeen = before?.firstSeen ?? now;
  return { ...base, status: actual.exists ? 'modified' : 'deleted', firstSeen, changed: null };
}

/**
 * A resource whose last apply did not succeed is drift, whatever its object looks like; pure. While somebody
 * works on the stack, it is being applied.
 */
export function unappliedDrift(
  seen: DriftEntry,
  { status, reason = '' }: Pick<ResourceEntry, 'status' | 'reason'>,
  isWorkedOn: boolean,
): DriftEntry {
  const shown = shownStatus(status, isWorkedOn) === 'applying' ? 'applying' : 'failed';
  if (shown === 'applying') return { ...seen, status: shown, reason: '' };
  const said =
    reason === '' ? `${UNFINISHED[status] ?? 'its last apply'} did not come to its end` : reason;
  return { ...seen, status: shown, reason: said, firstSeen: seen.firstSeen ?? seen.checkedAt };
}

const UNFINISHED: Readonly<Partial<Record<ResourceEntry['status'], string>>> = {
  creating: 'its creation',
  updating: 'its last update',
  replacing: 'its replacement',
  deleting: 'its deletion',
};

/** An object that could not be read is never in sync. */
export function unreadableDrift(
  reason: string,
  before: DriftEntry | null,
  now: number,
): DriftEntry {
  return {
    status: 'unreadable',
    checkedAt: now,
    firstSeen: before?.firstSeen ?? null,
    findings: [],
    accepted: [],
    reason,
    changed: null,
  };
}

/** Accepted until its time is over, and only as the value that was accepted; pure. */
export function isAccepted(
  finding: Pick<DriftFinding, 'attribute' | 'actual'>,
  acceptances: ReadonlyMap<string, DriftAcceptance>,
  now: number,
): boolean {
  const accepted = acceptances.get(finding.attribute);
  if (accepted === undefined || (accepted.until !== null && now >= accepted.until)) return false;
  return canonicalJson(accepted.actual) === canonicalJson(finding.actual);
}

function differing(facts: DriftFacts, actual: Attributes): DriftFinding[] {
  const { provider, entry, properties, expected } = facts;
  const { ignore, severity, impact } = entry.options;
  return Object.entries(expected)
    .filter(([name, value]) => {
      return !ignore.includes(name) && canonicalJson(value) !== canonicalJson(actual[name] ?? null);
    })
    .map(([name, value]) => {
      const schema = provider.attributes[name];
      return {
        attribute: name,
        expected: value,
        actual: actual[name] ?? null,
        kind: schema?.kind ?? 'configuration',
        severity: severity[name] ?? schema?.severity ?? 'medium',
        impact: impact[name] ?? schema?.impact ?? 'Not as declared',
        suggestion: provider.suggest(properties, name),
      };
    });
}

function missing({ provider, entry, properties, isNeeded }: DriftFacts): DriftFinding {
  const { severity, impact } = entry.options;
  return {
    attribute: 'exists',
    expected: true,
    actual: false,
    kind: isNeeded ? 'dependency' : 'resource',
    severity: severity.exists ?? (isNeeded ? 'critical' : 'high'),
    impact:
      impact.exists ?? (isNeeded ? 'Others depend on it, and it is missing' : 'It is missing'),
    suggestion: provider.suggest(properties, 'exists'),
  };
}
