import { describeError, isSlothError } from '../errors/SlothError.ts';
import type { ProviderMachine } from '../model/provider.ts';
import type { ResourceDefinition } from '../model/workflow.ts';
import type { EngineContext } from './EngineContext.ts';
import { declareResources } from './prepareResources.ts';

/** What is to be said about the resources of a workflow before any object is looked at. */
export interface Preflight {
  /** Declarations that can't be right. */
  readonly invalid: readonly string[];
  /** Types whose objects could not be worked on here: a program that is missing. */
  readonly unfit: readonly string[];
}

/** Checks declarations against their types, and asks each type whether this machine is fit for it. */
export async function preflight(
  { providers }: EngineContext,
  definitions: readonly ResourceDefinition[],
  machine: ProviderMachine,
): Promise<Preflight> {
  try {
    const declared = await declareResources(definitions, providers);
    const types = new Map(declared.map(({ provider }) => [provider.type, provider]));
    const unfit: string[] = [];
    for (const provider of types.values()) {
      try {
        await provider.preflight?.(machine);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        unfit.push(`Resources of type '${provider.type}': ${reason}`);
      }
    }
    return { invalid: [], unfit };
  } catch (error) {
    if (!isSlothError(error)) throw error;
    const { what, why, source } = describeError(error);
    const where = source === undefined ? '' : ` (line ${source.line})`;
    return { invalid: [`${why === '' ? what : why}${where}`], unfit: [] };
  }
}
