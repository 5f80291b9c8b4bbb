import { SlothError } from '../../errors/SlothError.ts';

/** Words that commands use in the place of a name. */
const RESERVED: readonly string[] = ['all'];

/** Refuses what can't be the name of a stack, with `stack.bad_name`. */
export function assertStackName(stack: string): void {
  const refuse = (reason: string): never => {
    throw new SlothError('stack.bad_name', { stack, reason });
  };
  if (stack === '') refuse('it is empty');
  if (stack.length > 128) refuse('it is longer than 128 characters');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(stack)) refuse('it holds other characters');
  if (RESERVED.includes(stack)) refuse(`'stack validate ${stack}' means something else`);
}
