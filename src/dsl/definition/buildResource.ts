import type { JsonValue } from '../../model/json.ts';
import type { DriftSeverity } from '../../model/provider.ts';
import { referencesIn } from '../../model/reference.ts';
import type { ResourceDefinition } from '../../model/workflow.ts';
import { createFieldReader, type FieldReader } from './fieldReader.ts';
import type { RawDefinition } from './RawDefinition.ts';

/** What may be said of every resource, beside the properties of its type. */
export const resourceOptionKeys = [
  'depends_on',
  'severity',
  'impact',
  'ignore',
  'protect',
  'prune',
  'sensitive',
  'version',
  'moved',
] as const;

const SEVERITIES: readonly DriftSeverity[] = ['low', 'medium', 'high', 'critical'];

/**
 * Checks a raw resource and gives its definition, or refuses with `workflow.invalid`. Whether its
 * type exists, and has those properties, is for whoever knows the providers.
 */
export function buildResource(
  type: string,
  { name, fields, at }: RawDefinition,
): ResourceDefinition {
  const named = typeof name === 'string' ? name.trim() : '';
  const what = named === '' ? `a resource of type ${type}` : `resource '${type}.${named}'`;
  const isOption = (key: string): boolean => resourceOptionKeys.some((each) => each === key);
  const options = Object.fromEntries(Object.entries(fields).filter(([key]) => isOption(key)));
  const properties = Object.entries(fields).filter(([key]) => !isOption(key));
  const read = createFieldReader(what, options, resourceOptionKeys, at);
  if (named === '') read.refuse('it has no name', `name it: resource.${type}("config", { … })`);
  const given = Object.fromEntries(properties) as Record<string, JsonValue>;
  // What a property is made from has to be there first.
  const referred = referencesIn(given)
    .filter(({ kind }) => kind !== 'stack')
    .map((each) => each.of);
  return {
    type,
    name: named,
    properties: given,
    dependsOn: [...new Set([...read.texts('depends_on'), ...referred])],
    options: {
      severity: severities(read),
      impact: read.textMap('impact'),
      ignore: read.texts('ignore'),
      protect: read.flag('protect') ?? false,
      prune: read.flag('prune') ?? true,
      sensitive: read.texts('sensitive'),
      version: read.text('version') ?? '',
    },
    moved: read.text('moved') ?? '',
    at,
  };
}

function severities(read: FieldReader): Record<string, DriftSeverity> {
  const pairs = Object.entries(read.textMap('severity')).map(([name, text]) => {
    const known = SEVERITIES.find((each) => each === text.toLowerCase());
    const severity =
      known ?? read.refuse(`'${text}' is no severity`, `use one of ${SEVERITIES.join(', ')}`);
    return [name, severity] as const;
  });
  return Object.fromEntries(pairs);
}
