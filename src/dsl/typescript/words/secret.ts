import { basename } from 'node:path';
import { isCommonText } from '../../../model/isCommonText.ts';
import { requireScope } from '../callHost.ts';
import { definedAt } from '../definedAt.ts';
import { toJson } from '../toJson.ts';

/**
 * Marks a value as secret and returns it: each of its texts is masked in logs, events and stored
 * output from now on, and whatever holds one is stored encrypted.
 */
export function secret<T>(value: T): T {
  const { host } = requireScope('secret');
  host.secret(toJson(value, 'the secret'));
  if (typeof value === 'string' && isCommonText(value)) {
    const { file, line } = definedAt();
    const what = 'this secret is short or common: wherever its text stands, it is masked';
    host.log('warn', `${basename(file)}:${line}: ${what}`);
  }
  return value;
}
