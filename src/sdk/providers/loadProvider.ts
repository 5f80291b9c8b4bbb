import { SlothError } from '../../errors/SlothError.ts';
import type { Provider } from '../../model/provider.ts';
import { importerOptions } from '../engine/importerOptions.ts';

const FUNCTIONS = [
  'prepare',
  'identity',
  'expected',
  'read',
  'apply',
  'delete',
  'suggest',
] as const;

/**
 * The provider of a type that a file of the user's exports as its default. Rejects with
 * `config.provider_invalid` where the file can't be loaded, or exports something else.
 */
export async function loadProvider(type: string, file: string): Promise<Provider> {
  const { createModuleImporter } = await import('../../dsl/typescript/createModuleImporter.ts');
  const importer = createModuleImporter(importerOptions());
  let loaded: { readonly default?: unknown };
  try {
    loaded = (await importer.import(importer.urlOf(file))) as typeof loaded;
  } catch (cause) {
    throw invalid(type, file, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const reason = whatIsWrong(type, loaded.default);
  if (reason !== undefined) throw invalid(type, file, reason);
  return loaded.default as Provider;
}

function whatIsWrong(type: string, given: unknown): string | undefined {
  if (typeof given !== 'object' || given === null) return 'it exports no provider as its default';
  const provider = given as Readonly<Record<string, unknown>>;
  if (provider.type !== type) return `its type is '${String(provider.type)}', not '${type}'`;
  for (const table of ['properties', 'attributes']) {
    if (typeof provider[table] !== 'object') return `its provider has no '${table}'`;
  }
  const missing = FUNCTIONS.find((name) => typeof provider[name] !== 'function');
  return missing === undefined ? undefined : `its provider has no function '${missing}'`;
}

function invalid(type: string, file: string, reason: string, cause?: unknown): SlothError {
  return new SlothError('config.provider_invalid', { type, file, reason }, { cause });
}
