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
  readonly remove: (
    machine: ProviderMachine,
    name: string,
    root: string | undefined,
  ) => Promise<void>;
  /** Names of the packages that people asked for, without what came with them. */
  readonly wanted: (machine: ProviderMachine, root: string | undefined) => Promise<string[]>;
}
