import type { ActualObject, Properties, ProviderRole } from '../model/provider.ts';
import type { ProviderSubject } from './ProviderSubject.ts';

/** A subject with its provider's calls at hand. */
export interface Tried {
  readonly subject: ProviderSubject;
  readonly role: ProviderRole;
  readonly read: (properties?: Properties) => Promise<ActualObject>;
  readonly apply: (properties?: Properties) => Promise<void>;
  readonly remove: () => Promise<void>;
  /** Names of the attributes that are not as expected, sorted. */
  readonly differing: (properties?: Properties) => Promise<string[]>;
}
