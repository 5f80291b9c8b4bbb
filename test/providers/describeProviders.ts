import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import type { Properties, ProviderMachine } from '../../src/model/provider.ts';
import { findProvider } from '../../src/sdk/providers/builtinProviders.ts';
import { createProviderMachine } from '../../src/sdk/providers/createProviderMachine.ts';
import {
  type ProviderFactory,
  providerConformance,
} from '../../src/testing/providerConformance.ts';
import { originConformance } from './originConformance.ts';

/** One object of a provider, and how to disturb it; all of it in a folder of its own. */
export interface Sample {
  /** As the test names it: `file whose content is edited`. */
  readonly name: string;
  readonly type: string;
  readonly properties: Properties;
  readonly changed: Properties;
  readonly prepare?: (folder: string) => Promise<unknown>;
  readonly disturb: (folder: string) => Promise<unknown>;
  /** The attributes that this changes; empty where it removes the object. */
  readonly disturbed: readonly string[];
  /** What names the object to be adopted; `FOLDER` stands for the folder. */
  readonly id?: string;
  readonly dispose?: (folder: string) => Promise<unknown>;
  /** Variables for the programs that a provider calls; `FOLDER` stands for the folder. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the conformance suite on each sample. */
export function describeProviders(samples: readonly Sample[]): void {
  describe.each(samples)('provider of a $name', (sample) => {
    const factory: ProviderFactory = async () => {
      const folder = await mkdtemp(join(tmpdir(), 'sloth-provider-'));
      const provider = await findProvider(sample.type);
      if (provider === undefined) throw new Error(`no provider for ${sample.type}`);
      mkdirSync(join(folder, 'run'));
      await sample.prepare?.(folder);
      const machine = machineIn(folder, sample.env);
      const placed = (properties: Properties): Properties => withFolder(properties, folder);
      return {
        provider,
        machine,
        properties: placed(sample.properties),
        changed: placed(sample.changed),
        disturb: async () => {
          await sample.disturb(folder);
        },
        disturbed: sample.disturbed,
        ...(sample.id === undefined ? {} : { id: sample.id.replaceAll('FOLDER', folder) }),
        dispose: async () => {
          const deleted = provider.delete(
            provider.prepare(placed(sample.properties), machine),
            machine,
          );
          // What people left in a folder keeps it; the folder of the test goes with all of it.
          await (provider.place === undefined ? deleted : deleted.catch(() => {}));
          await sample.dispose?.(folder);
          await rm(folder, { recursive: true, force: true });
        },
      };
    };
    const cases = [...providerConformance(factory), ...originConformance(factory)];
    test.each(cases)('$name', ({ run }) => run());
  });
}

/** This machine, seen from a folder. */
export function machineIn(
  folder: string,
  env: Readonly<Record<string, string>> = {},
): ProviderMachine {
  const { PATH = '' } = process.env;
  return createProviderMachine({
    workdir: folder,
    env: { PATH, HOME: folder, ...(withFolder(env, folder) as Record<string, string>) },
    signal: new AbortController().signal,
  });
}

function withFolder(properties: Properties, folder: string): Properties {
  return JSON.parse(JSON.stringify(properties).replaceAll('FOLDER', folder)) as Properties;
}
