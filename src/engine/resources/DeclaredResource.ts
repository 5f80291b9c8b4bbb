import type { Properties, Provider } from '../../model/provider.ts';
import type { Reference } from '../../model/reference.ts';
import type { ResourceDefinition } from '../../model/workflow.ts';

/** A declared resource with its provider; what it refers to may not be known yet. */
export interface DeclaredResource {
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly definition: ResourceDefinition;
  readonly provider: Provider;
  readonly references: readonly Reference[];
}

/** A declared resource, ready to be read and applied. */
export interface PreparedResource extends DeclaredResource {
  readonly properties: Properties;
  readonly identity: string;
}
