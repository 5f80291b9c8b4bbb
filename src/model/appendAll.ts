/**
 * Puts many elements at the end of a list. Not `list.push(...more)`: as arguments of a call they lie on
 * the stack, which overflows at some ten thousand.
 */
export function appendAll<T>(list: T[], more: Iterable<T>): void {
  for (const each of more) list.push(each);
}
