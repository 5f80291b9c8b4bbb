import type { Properties, Provider, ProviderMachine } from '../model/provider.ts';

/** What a provider hands in: how to make one of its objects, and how to disturb it from outside. */
export interface ProviderSubject {
  readonly provider: Provider;
  readonly machine: ProviderMachine;
  /** A complete declaration. */
  readonly properties: Properties;
  /** The same object declared otherwise. */
  readonly changed: Properties;
  /** Changes the real object behind the provider's back; one that is only checked comes right soon. */
  readonly disturb: () => Promise<void>;
  /** The attributes that `disturb` changes; empty where it removes the object. */
  readonly disturbed: readonly string[];
  /** What names the object for `adopt`; left out where its type can't adopt. */
  readonly id?: string;
  readonly dispose: () => Promise<void>;
}
