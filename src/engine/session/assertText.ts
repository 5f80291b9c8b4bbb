import { SlothError } from '../../errors/SlothError.ts';
import { findBytes } from '../../model/bytes.ts';
import type { JsonValue } from '../../model/json.ts';

/** Refuses to store bytes that are no text with `value.not_text`; `where` names the value. */
export function assertText(value: JsonValue, where: string): void {
  const found = findBytes(value, where);
  if (found !== undefined) throw new SlothError('value.not_text', { where: found });
}
