import type { Properties, Provider } from './provider.ts';

/** What an identity that is only an address begins with. */
const ADDRESS = '@';

/**
 * Names the object of a declaration among all of its type; pure. Where a type can't tell (a script may read
 * anything), the object is whatever the stack calls by that address: another folder, or an edit of the
 * script, makes it no other object.
 */
export function objectIdentity(
  provider: Pick<Provider, 'identity'>,
  properties: Properties,
  address: string,
): string {
  return provider.identity(properties) || `${ADDRESS}${address}`;
}

/** Whether an identity means something only within its own stack; pure. */
export function isOwnIdentity(identity: string): boolean {
  return identity.startsWith(ADDRESS);
}
