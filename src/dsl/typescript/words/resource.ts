import type { JsonValue } from '../../../model/json.ts';
import type { DriftSeverity } from '../../../model/provider.ts';
import { DRAFT, type ResourceDraft } from '../Draft.ts';
import { definedAt } from '../definedAt.ts';
import type { TaskBuilder } from './task.ts';

/** A declared resource, to be listed in a workflow and named in `dependsOn`. */
export interface Resource {
  /** As `file.config`. */
  readonly address: string;
  readonly [DRAFT]: ResourceDraft;
}

/** What may be said of every resource, beside the properties of its type. */
export interface ResourceSettings {
  readonly dependsOn?:
    | string
    | TaskBuilder
    | Resource
    | readonly (string | TaskBuilder | Resource)[];
  /** How bad drift is, by attribute. */
  readonly severity?: Readonly<Record<string, DriftSeverity>>;
  readonly impact?: Readonly<Record<string, string>>;
  /** Attributes not to compare. */
  readonly ignore?: readonly string[];
  /** Never deleted or replaced. */
  readonly protect?: boolean;
  /** `false`: stays when it is no longer declared. */
  readonly prune?: boolean;
}

/** Properties of a resource, as its type has them. */
export type ResourceFields = ResourceSettings &
  Readonly<Record<string, JsonValue | object | undefined>>;

/** Declares an object of a type. */
export type DeclareResource = (name: string, fields: ResourceFields) => Resource;

/** Resources: `resource.file('config', { path: 'app.conf', content: '…' })`. */
export const resource: Readonly<Record<string, DeclareResource>> = new Proxy(
  {},
  {
    get: (_, type) => (typeof type === 'string' ? declare(type) : undefined),
  },
);

function declare(type: string): DeclareResource {
  return (name, fields) => {
    const { dependsOn, ...rest } = fields;
    const given = dependsOn === undefined ? rest : { ...rest, depends_on: dependsOn };
    const draft: ResourceDraft = { kind: 'resource', type, name, fields: given, at: definedAt() };
    return { address: `${type}.${name}`, [DRAFT]: draft };
  };
}
