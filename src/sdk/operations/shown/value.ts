import type { JsonValue } from '../../../model/json.ts';

/** A value of the state or an output; `value` is absent while it is sensitive and was not asked for. */
export interface ShownValue {
  readonly key: string;
  readonly sensitive: boolean;
  readonly value?: JsonValue;
}
