import type { ProviderMachine } from '../../model/provider.ts';

/** A package that is installed. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
}

/** One package manager, as the provider sees all of them. */
export interface PackageManager {
  /** As its users call it: `apt`. */
  readonly name: string;
  /** The program whose presence says that this manager is the one of the machine. */
  readonly program: string;
  /** Whether it can install one version of several. */
  readonly hasVersions: boolean;
  /** What is installed of a name; `undefined` for nothing. `root` is another system's root. */
  readonly installed: (
    machine: ProviderMachine,
    name: string,
    root: string | undefined,
  ) => Promise<InstalledPackage | undefined>;
  readonly install: (
    machine: ProviderMachine,
    name: string,
    version: string | undefined,
    root: string | undefined,
  ) => Promise<void>;
  /** Takes it away, its settings not. Rejects where others would have to go with it. */
  readonly remove: (
    machine: ProviderMachine,
    name: string,
    root: string | undefined,
  ) => Promise<void>;
  /** Names of the packages that people asked for, without what came with them. */
  readonly wanted: (machine: ProviderMachine, root: string | undefined) => Promise<string[]>;
}
