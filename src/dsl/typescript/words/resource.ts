import type { EnsuredResource } from '../../../model/host.ts';
import type { JsonObject, JsonValue } from '../../../model/json.ts';
import type { DriftSeverity } from '../../../model/provider.ts';
import { referenceText } from '../../../model/reference.ts';
import { buildResource } from '../../definition/buildResource.ts';
import { callHost } from '../callHost.ts';
import { DRAFT, type Named, nameOf, type ResourceDraft } from '../Draft.ts';
import { definedAt } from '../definedAt.ts';
import { listed } from '../listed.ts';
import { currentScope } from '../Scope.ts';
import { strict } from '../strict.ts';
import { toDeclaredJson } from '../toJson.ts';

/** A declared resource, to be listed in a workflow and named in `dependsOn`. */
export interface Resource {
  /** As `file.config`. */
  readonly address: string;
  /** Stands for an attribute or a property of this object in the properties of another resource. */
  readonly attribute: (name: string) => string;
  readonly [DRAFT]: ResourceDraft;
}

/** What may be said of every resource, beside the properties of its type. */
export interface ResourceSettings {
  readonly dependsOn?: string | Named | readonly (string | Named)[];
  /** How bad drift is, by attribute. */
  readonly severity?: Readonly<Record<string, DriftSeverity>>;
  readonly impact?: Readonly<Record<string, string>>;
  /** Attributes not to compare. */
  readonly ignore?: readonly string[];
  /** Never deleted or replaced. */
  readonly protect?: boolean;
  /** `false`: stays when it is no longer declared. */
  readonly prune?: boolean;
  /** Attributes and properties that are stored encrypted and never shown. */
  readonly sensitive?: readonly string[];
  /** Another one than before: it is applied again, also where nothing differs. */
  readonly version?: string;
  /** The address that the same object had so far. */
  readonly moved?: string;
}

/** Properties that several types have; all others are as their type has them. */
export interface CommonProperties {
  /** Makes missing folders on the way to the object. */
  readonly parents?: boolean;
  /** Works on what a link points at, not on the link. */
  readonly followLinks?: boolean;
  /** What names the object where its other properties don't: `command` has one. */
  readonly id?: string | number;
}

/** Properties of a resource, as its type has them. */
export type ResourceFields = ResourceSettings &
  CommonProperties &
  Readonly<Record<string, JsonValue | object | undefined>>;

/**
 * Declares an object of a type, at the top level of a file. Inside a task it ensures the object at
 * once: await it, and it tells what was done.
 */
export type DeclareResource = (
  name: string,
  fields: ResourceFields,
) => Resource & PromiseLike<EnsuredResource>;

/** Resources: `resource.file('config', { path: 'app.conf', content: '…' })`. */
export const resource: Readonly<Record<string, DeclareResource>> = new Proxy(
  {},
  {
    // Awaiting `resource` itself asks for a `then`, which is no type.
    get: (_, type) => (typeof type === 'string' && type !== 'then' ? declare(type) : undefined),
  },
);

function declare(type: string): DeclareResource {
  return (name, fields) => {
    const at = definedAt();
    const { dependsOn, ...rest } = fields;
    const address = `${type}.${name}`;
    const own = toDeclaredJson(rest, `resource '${address}'`) as JsonObject;
    const names = listed([dependsOn]).map(nameOf);
    const given = dependsOn === undefined ? own : { ...own, depends_on: names };
    const draft: ResourceDraft = { kind: 'resource', type, name, fields: given, at };
    const declared: Resource = strict(`resource '${address}'`, {
      address,
      attribute: (attribute) => referenceText({ kind: 'attribute', of: address, name: attribute }),
      [DRAFT]: draft,
    });
    // A declaration is no promise, though its type says so: only what a task calls can be awaited.
    if (currentScope()?.defined !== null) return declared as ReturnType<DeclareResource>;
    const ensured = callHost(`resource.${type}`, (host) =>
      host.ensure(buildResource(type, { ...draft })),
    );
    return Object.assign(ensured, declared);
  };
}
