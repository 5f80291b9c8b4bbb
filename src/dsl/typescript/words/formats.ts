import type { JsonValue } from '../../../model/json.ts';
import { callHost, requireScope } from '../callHost.ts';
import { strict } from '../strict.ts';
import { toJson } from '../toJson.ts';

/** JSON texts. */
export const json = strict('json', {
  /** In: a JSON value, and how many spaces to indent by. */
  encode(value: unknown, indent = 0): string {
    return JSON.stringify(toJson(value, 'the value'), null, indent);
  },
  decode<T extends JsonValue = JsonValue>(text: string): T {
    return requireScope('json.decode').host.jsonDecode(text) as T;
  },
});

/** YAML texts. */
export const yaml = strict('yaml', {
  encode(value: unknown): Promise<string> {
    return callHost('yaml.encode', (host) => host.yamlEncode(toJson(value, 'the value')));
  },
  decode<T extends JsonValue = JsonValue>(text: string): Promise<T> {
    return callHost('yaml.decode', (host) => host.yamlDecode(text) as Promise<T>);
  },
});
