import { describeError, isSlothError } from '../../errors/SlothError.ts';
import type { Provider, ProviderMachine } from '../../model/provider.ts';
import type { ResourceDefinition } from '../../model/workflow.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { declareResources, prepareResources } from './prepareResources.ts';

/** What is to be said about the resources of a workflow before any object is looked at. */
export interface Preflight {
  /** Declarations that can't be right. */
  readonly invalid: readonly string[];
  /** Types whose objects could not be worked on here: a program that is missing. */
  readonly unfit: readonly string[];
  /** Types of all that is declared. */
  readonly types: readonly string[];
  /** Where objects lie, absolute, as far as it is known before the run. */
  readonly places: readonly string[];
}

/**
 * Checks declarations against their types, and asks each type whether this machine is fit for it; also
 * the types that only the code of tasks works with.
 */
export async function preflight(
  { providers, redactor }: EngineContext,
  definitions: readonly ResourceDefinition[],
  machine: ProviderMachine,
  more: Iterable<string>,
): Promise<Preflight> {
  const known = await Promise.all([...more].map((type) => providers.find(type)));
  const types = new Map(
    known.flatMap((provider) => (provider === undefined ? [] : [[provider.type, provider]])),
  );
  try {
    const declared = await declareResources(definitions, providers);
    for (const { provider } of declared) types.set(provider.type, provider);
    const prepared = await prepareResources(declared, { machine, redactor });
    const places = [...prepared.values()].flatMap(
      ({ provider, properties }) => provider.place?.(properties) ?? [],
    );
    const unfit = await unfitTypes(types.values(), machine);
    return { invalid: [], unfit, types: [...types.keys()], places };
  } catch (error) {
    if (!isSlothError(error)) throw error;
    const { what, why, source } = describeError(error);
    const where = source === undefined ? '' : ` (line ${source.line})`;
    const invalid = [`${why === '' ? what : why}${where}`];
    const unfit = await unfitTypes(types.values(), machine);
    return { invalid, unfit, types: [...types.keys()], places: [] };
  }
}

async function unfitTypes(
  providers: Iterable<Provider>,
  machine: ProviderMachine,
): Promise<string[]> {
  const unfit: string[] = [];
  for (const provider of providers) {
    try {
      await provider.preflight?.(machine);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      unfit.push(`Resources of type '${provider.type}': ${reason}`);
    }
  }
  return unfit;
}
