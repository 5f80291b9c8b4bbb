/** The public face of the package: the words of workflow files, and the library. */
export * from '../dsl/typescript/words.ts';
export type { RunMessage } from '../engine/session/RunMessage.ts';
export { type ErrorCode } from '../errors/catalogue.ts';
export {
  describeError,
  type ErrorDescription,
  hasCode,
  isSlothError,
  SlothError,
} from '../errors/SlothError.ts';
export type * from '../model/provider.ts';
export type * from './Runner.ts';

import type { ProviderMachine } from '../model/provider.ts';
import type { Runner, RunnerOptions } from './Runner.ts';

/** Opens the store that options, environment and configuration name. Loaded when first called. */
export async function openRunner(options: RunnerOptions = {}): Promise<Runner> {
  const { openRunner: open } = await import('./openRunner.ts');
  return open(options);
}

/** This machine as providers see it, for their tests. */
export async function createMachine(options: {
  readonly workdir: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}): Promise<ProviderMachine> {
  const { createProviderMachine } = await import('./providers/createProviderMachine.ts');
  const { workdir, env = {}, signal = new AbortController().signal } = options;
  return createProviderMachine({ workdir, env, signal });
}
