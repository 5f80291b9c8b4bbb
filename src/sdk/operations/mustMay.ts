import { SlothError } from '../../errors/SlothError.ts';
import type { Caller } from './Call.ts';
import type { Permission } from './Permission.ts';

/** Throws `permission.denied` unless the caller may do so much with a stack; with all of them where it is empty. */
export function mustMay(caller: Caller, permission: Permission, stack: string): void {
  if (caller.may(permission, stack)) return;
  throw new SlothError('permission.denied', { actor: caller.actor, permission, stack });
}
