import { resolve } from 'node:path';
import type { ProviderMachine } from '../model/provider.ts';

/** A path of a declaration, made absolute. */
export function pathIn(machine: ProviderMachine, path: string): string {
  return resolve(machine.workdir, path);
}
