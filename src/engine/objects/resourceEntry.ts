import type {
  MadePlaces,
  ReplacedObject,
  ResourceEntry,
  ResourceOrigin,
  ResourceStatus,
} from '../../model/entry.ts';
import { sameJson } from '../../model/json.ts';
import type { Attributes, Properties } from '../../model/provider.ts';
import { isDigest } from '../redaction/isDigest.ts';
import { type Redactor, textsIn } from '../redaction/redactor.ts';
import { sealContext, sealValue } from '../secrets/sealValue.ts';
import type { ApplySession, WantedObject } from './ApplySession.ts';
import type { FormerObject } from './considerObject.ts';
import { hostOf } from './refuseOwned.ts';
import { isOneOf, sensitiveProperties } from './sensitiveProperties.ts';
import { openResource } from './storedResource.ts';

/** What an entry says beside what is wanted. */
export interface EntryFacts {
  readonly status: ResourceStatus;
  readonly origin: ResourceOrigin;
  /** What the stack knew; what was applied then is kept until something else was. */
  readonly known?: ResourceEntry | undefined;
  /** What is made on the way to it; what the stack knew of that, where it isn't given. */
  readonly made?: MadePlaces | undefined;
  /** The object whose place it takes. */
  readonly former?: FormerObject | null;
}

/** The entry of a resource, as the stack keeps it: encrypted where it holds a secret. */
export async function resourceEntry(
  { context, lineage, isSecret }: Pick<ApplySession, 'context' | 'lineage' | 'isSecret'>,
  wanted: WantedObject,
  attributes: Attributes,
  { status, origin, known, made = known?.made, former = null }: EntryFacts,
): Promise<ResourceEntry> {
  const secrets = secretsOf(context.redactor, wanted);
  const sensitive = sensitiveProperties(wanted.provider, wanted.options, wanted.properties);
  const hasSensitive =
    wanted.options.sensitive.length > 0 || holdsSecret(wanted) || secrets.length > 0;
  const seal = (part: string, value: Properties): ReturnType<typeof sealValue> => {
    const place = sealContext(lineage, `resource.${part}`, wanted.address);
    return sealValue(context.sealer, { ...value }, hasSensitive || isSecret(value), place);
  };
  const names = Object.entries(attributes)
    .filter(([name, value]) => {
      if (wanted.options.sensitive.includes(name) || isSecret({ [name]: value })) return true;
      if (isOneOf(sensitive, value)) return true;
      // The digest of a short secret gives it away to whoever tries them all.
      return hasSensitive && isDigest(value);
    })
    .map(([name]) => name);
  const isApplied = status === 'applied';
  const replaced: ReplacedObject | undefined =
    former === null
      ? isApplied
        ? undefined
        : known?.replaced
      : {
          identity: former.identity,
          properties: await seal('properties', former.properties),
          origin: former.origin,
        };
  return {
    type: wanted.provider.type,
    status,
    origin,
    ...(replaced === undefined ? {} : { replaced }),
    ...(made === undefined ? {} : { made }),
    properties: await seal('properties', wanted.properties),
    ...(secrets.length === 0
      ? {}
      : {
          secrets: await sealValue(
            context.sealer,
            [...secrets],
            true,
            sealContext(lineage, 'resource.secrets', wanted.address),
          ),
        }),
    attributes:
      isApplied || known === undefined ? await seal('attributes', attributes) : known.attributes,
    masked: wanted.masked ?? (isApplied || known === undefined ? names : known.masked),
    identity: wanted.identity,
    host: hostOf(context, wanted.provider),
    dependencies: wanted.dependencies,
    options: wanted.options,
    at: wanted.at,
    appliedAt: isApplied ? context.clock() : (known?.appliedAt ?? null),
  };
}

/** Whether an object that needed nothing is declared otherwise than the stack remembers. */
export async function isDeclaredOtherwise(
  { context, lineage }: ApplySession,
  wanted: WantedObject,
  known: ResourceEntry,
): Promise<boolean> {
  const { properties } = await openResource(context, lineage, wanted.address, known);
  const now = [wanted.identity, wanted.properties, wanted.dependencies, wanted.options, wanted.at];
  const then = [known.identity, properties, known.dependencies, known.options, known.at];
  // As it was stored, its keys are in another order.
  return !sameJson(now, then);
}

/** Shorter ones are hidden with what holds them, and are not looked for anywhere else. */
const SHORTEST = 4;

/** The secrets that the properties hold: those that are known, and all of those that are called sensitive. */
function secretsOf(redactor: Redactor, { properties, provider, options }: WantedObject): string[] {
  const sensitive = sensitiveProperties(provider, options, properties)
    .flatMap((value) => [...textsIn(value)])
    .filter((text) => text.length >= SHORTEST);
  return [...new Set([...redactor.secretsIn({ ...properties }), ...sensitive])].sort();
}

/** Whether a property is given that is a secret by its nature. */
function holdsSecret({ provider, properties }: WantedObject): boolean {
  return Object.entries(provider.properties).some(
    ([name, { secret }]) => secret === true && properties[name] !== undefined,
  );
}
