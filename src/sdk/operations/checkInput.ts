import * as v from 'valibot';
import { SlothError } from '../../errors/SlothError.ts';
import type { Schema } from './Operation.ts';

/**
 * What came in, as an operation takes it. Throws `usage.bad_input` with the first field that is wrong and what was
 * expected of it: before anything is opened, so that bad input changes nothing.
 */
export function checkInput<I extends Schema>(
  id: string,
  schema: I,
  input: unknown,
): v.InferOutput<I> {
  const checked = v.safeParse(schema, input, { abortEarly: true });
  if (checked.success) return checked.output;
  const [issue] = checked.issues;
  const field = v.getDotPath(issue) ?? '';
  throw new SlothError('usage.bad_input', { operation: id, field, reason: issue.message });
}
