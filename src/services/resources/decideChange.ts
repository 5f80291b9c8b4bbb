import { canonicalJson, type JsonValue } from '../../model/json.ts';
import type { ActualObject, Attributes, Provider } from '../../model/provider.ts';

/** What a run does to an object. */
export type ResourceAction = 'create' | 'update' | 'replace' | 'delete' | 'none';

/** One attribute that is not as it should be; `null` stands for "not there". */
export interface AttributeDifference {
  readonly attribute: string;
  readonly expected: JsonValue;
  readonly actual: JsonValue;
  /** Set where only an apply will tell what is expected; `expected` is `null` then. */
  readonly unknown?: true;
}

/** What is to be done to one object, and why. */
export interface ResourceChange {
  readonly action: ResourceAction;
  readonly differences: readonly AttributeDifference[];
  /** Why it is replaced, or applied though nothing differs; empty for all else. */
  readonly reason: string;
  /**
   * How it is replaced. `moves`: its declaration names another object now. `in_place`: what lies there has
   * to go before it can be made. `null` where it isn't.
   */
  readonly replaces: 'moves' | 'in_place' | null;
}

/** The attributes that are not as expected, in the order of the expected ones; pure. */
export function differences(
  expected: Attributes,
  actual: Attributes,
  ignore: readonly string[] = [],
): AttributeDifference[] {
  return Object.entries(expected)
    .filter(([name]) => !ignore.includes(name))
    .map(([attribute, value]) => ({
      attribute,
      expected: value,
      actual: actual[attribute] ?? null,
    }))
    .filter((each) => canonicalJson(each.expected) !== canonicalJson(each.actual));
}

/**
 * Decides what an object needs to be as declared; pure.
 *
 * In: what it should look like, what it looks like, and the identity and version under which it was
 * applied before (`null` for a new one). Another identity is another object: the old one is replaced.
 * Another version says that its author wants it applied again, whatever it looks like.
 */
export function decideChange(
  provider: Pick<Provider, 'attributes'>,
  expected: Attributes,
  actual: ActualObject,
  options: {
    readonly ignore: readonly string[];
    readonly identity: string;
    readonly version: string;
    readonly before: { readonly identity: string; readonly version: string } | null;
  },
): ResourceChange {
  const { ignore, identity, version, before } = options;
  const differing = differences(expected, actual.exists ? actual.attributes : {}, ignore);
  const plain = (action: ResourceAction, reason = ''): ResourceChange => {
    return { action, differences: differing, reason, replaces: null };
  };
  if (before !== null && before.identity !== identity) {
    const reason = `it was ${before.identity}, and is ${identity} now`;
    return { action: 'replace', differences: differing, reason, replaces: 'moves' };
  }
  if (!actual.exists) return plain('create');
  if (differing.length === 0) {
    if (before === null || before.version === version) return plain('none');
    return plain('update', `version ${before.version || 'none'} -> ${version || 'none'}`);
  }
  const forcing = differing.filter(
    (each) => provider.attributes[each.attribute]?.replaces === true,
  );
  if (forcing.length === 0) return plain('update');
  const names = forcing.map((each) => each.attribute).join(', ');
  const reason = `${names} can't be changed in place`;
  return { action: 'replace', differences: differing, reason, replaces: 'in_place' };
}
