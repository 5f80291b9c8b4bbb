import type { JsonValue } from '../../../model/json.ts';
import { assertOptions } from '../../definition/assertOptions.ts';
import { callHost, requireScope } from '../callHost.ts';
import { strict } from '../strict.ts';
import { toJson } from '../toJson.ts';

/** The stack that the workflow runs on, and the outputs of stacks. */
export const stack = strict('stack', {
  name(): string {
    return requireScope('stack.name').host.stackName();
  },
  /** Publishes a value; a sensitive one is stored encrypted and shown to nobody by accident. */
  setOutput(key: string, value: unknown, options: { sensitive?: boolean } = {}): Promise<void> {
    return callHost('stack.setOutput', (host) => {
      assertOptions('stack.setOutput', options, { sensitive: 'boolean' });
      return host.stackSetOutput(key, toJson(value, `the output '${key}'`), options);
    });
  },
  /** An output of another stack that this one depends on; at the top level, too. */
  output<T extends JsonValue = JsonValue>(from: string, key: string): Promise<T> {
    return callHost('stack.output', (host) => host.stackOutput(from, key) as Promise<T>);
  },
  /** An output of this stack, or of the one named. */
  getOutput<T extends JsonValue = JsonValue>(key: string, from?: string): Promise<T | undefined> {
    return callHost(
      'stack.getOutput',
      (host) => host.stackGetOutput(key, from) as Promise<T | undefined>,
    );
  },
});
