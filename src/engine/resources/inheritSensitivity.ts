import { type Reference, referencesIn } from '../../model/reference.ts';
import type { DeclaredResource } from './DeclaredResource.ts';

/** Declarations by address, and which of their properties are sensitive. */
interface Known {
  readonly byName: ReadonlyMap<string, DeclaredResource>;
  readonly sensitive: ReadonlyMap<string, Set<string>>;
}

/**
 * Declarations in which a property that is made from a sensitive one of another resource is sensitive itself, over
 * any number of steps. Its text alone would not do: a short one is looked for nowhere.
 */
export function inheritSensitivity(declared: readonly DeclaredResource[]): DeclaredResource[] {
  const sensitive = new Map(declared.map((each) => [each.name, sensitiveNames(each)]));
  const known = { byName: new Map(declared.map((each) => [each.name, each])), sensitive };
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const { name, definition } of declared) {
      const own = sensitive.get(name) ?? new Set();
      for (const [property, value] of Object.entries(definition.properties)) {
        const isMadeOfOne = referencesIn(value ?? null).some((each) => isSensitive(known, each));
        if (!isMadeOfOne || own.has(property)) continue;
        own.add(property);
        hasChanged = true;
      }
    }
  }
  return declared.map((each) => {
    const { options } = each.definition;
    const inherited = [...(sensitive.get(each.name) ?? [])].filter(
      (name) =>
        each.provider.properties[name]?.secret !== true && !options.sensitive.includes(name),
    );
    if (inherited.length === 0) return each;
    const all = { ...options, sensitive: [...options.sensitive, ...inherited] };
    return { ...each, definition: { ...each.definition, options: all } };
  });
}

/** An attribute that is no property may be made from any of them. */
function isSensitive({ byName, sensitive }: Known, { kind, of, name }: Reference): boolean {
  const names = sensitive.get(of);
  if (kind !== 'attribute' || names === undefined) return false;
  const isProperty = Object.hasOwn(byName.get(of)?.definition.properties ?? {}, name);
  return names.has(name) || (names.size > 0 && !isProperty);
}

function sensitiveNames({ definition, provider }: DeclaredResource): Set<string> {
  const byNature = Object.keys(provider.properties).filter((name) => {
    return provider.properties[name]?.secret === true;
  });
  return new Set([...definition.options.sensitive, ...byNature]);
}
