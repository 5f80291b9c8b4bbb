import type { AcceptanceEntry } from '../../model/entry.ts';
import { acceptanceName } from '../../services/drift/acceptDriftCommand.ts';
import type { DriftAcceptance } from '../../services/drift/judgeDrift.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { openValue, sealContext } from '../secrets/sealValue.ts';

/** What somebody accepted of a resource's drift, in the clear, by attribute. */
export async function acceptancesOf(
  context: EngineContext,
  lineage: string,
  address: string,
): Promise<Map<string, DriftAcceptance>> {
  const prefix = acceptanceName(address, '');
  const view = await context.backend.read({ lineage }, [{ kind: 'acceptance', prefix }]);
  return openAcceptances(context, lineage, address, acceptedOf(address, view?.content.acceptance));
}

/** The acceptances of one resource among all, by attribute. */
export function acceptedOf(
  address: string,
  all: ReadonlyMap<string, AcceptanceEntry> = new Map(),
): Map<string, AcceptanceEntry> {
  const prefix = acceptanceName(address, '');
  const own = [...all].filter(([name]) => name.startsWith(prefix));
  return new Map(own.map(([name, entry]) => [name.slice(prefix.length), entry]));
}

/** Acceptances in the clear. */
export async function openAcceptances(
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
