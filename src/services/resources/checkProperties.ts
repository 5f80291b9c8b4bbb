import { nearest } from '../../errors/nearest.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Properties, PropertySchema, Provider } from '../../model/provider.ts';
import { referencesIn } from '../../model/reference.ts';
import type { Spelling } from '../../model/spelling.ts';

/** Something wrong with the properties of a declaration. */
export interface PropertyFinding {
  readonly reason: string;
  readonly hint: string;
}

const WORDS: Readonly<Record<Exclude<PropertySchema['type'], 'table'>, string>> = {
  text: 'a text',
  number: 'a number',
  flag: 'true or false',
  texts: 'a text or a list of texts',
};

/**
 * What is wrong with a declaration's properties, by its provider's schema, in the words of its language; pure. What is not known yet
 * may turn out to be anything: it is checked again when it is.
 */
export function checkProperties(
  provider: Provider,
  properties: Properties,
  { word, table }: Pick<Spelling, 'word' | 'table'>,
): PropertyFinding[] {
  const schema = provider.properties;
  const names = Object.keys(schema).map(word);
  const findings: PropertyFinding[] = [];
  for (const [name, value] of Object.entries(properties)) {
    const property = Object.hasOwn(schema, name) ? schema[name] : undefined;
    if (property === undefined) {
      const near = nearest(name, names);
      const all = `it may have: ${names.join(', ')}`;
      const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : all;
      findings.push({ reason: `it has no '${name}'`, hint });
    } else if (!fits(property.type, value)) {
      const wanted = property.type === 'table' ? table : WORDS[property.type];
      findings.push({
        reason: `'${word(name)}' must be ${wanted}`,
        hint: `${word(name)}: ${property.help}`,
      });
    }
  }
  for (const [name, { required, help }] of Object.entries(schema)) {
    if (required !== true || properties[name] !== undefined) continue;
    findings.push({ reason: `'${word(name)}' is missing`, hint: `${word(name)}: ${help}` });
  }
  return findings;
}

/** The properties under the names that the schema has for what their language spells its own way; pure. */
export function withSchemaNames(
  { properties: schema }: Provider,
  properties: Properties,
  { key }: Pick<Spelling, 'key'>,
): Properties {
  const pairs = Object.entries(properties).map(([name, value]) => {
    const isKnown = Object.hasOwn(schema, name) || !Object.hasOwn(schema, key(name));
    return [isKnown ? name : key(name), value] as const;
  });
  return Object.fromEntries(pairs);
}

/**
 * The properties with empty tables as the empty lists that they stand for, where a list is meant: in Lua
 * both are `{}`; pure.
 */
export function withEmptyLists(provider: Provider, properties: Properties): Properties {
  const isEmpty = (value: JsonValue): boolean =>
    typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  const pairs = Object.entries(properties).map(([name, value]) => {
    const isList = provider.properties[name]?.type === 'texts';
    return [name, isList && isEmpty(value) ? [] : value] as const;
  });
  return Object.fromEntries(pairs);
}

function fits(type: PropertySchema['type'], value: JsonValue): boolean {
  if (typeof value === 'string' && referencesIn(value).length > 0) return true;
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'flag':
      return typeof value === 'boolean';
    case 'texts':
      return (
        typeof value === 'string' ||
        (Array.isArray(value) && value.every((each) => typeof each === 'string'))
      );
    case 'table':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}
