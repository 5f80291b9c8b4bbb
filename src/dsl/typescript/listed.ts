/**
 * Values and lists of them as one list. A hole in a list stays there, as `undefined`, for whoever checks it:
 * `flat` leaves it out, and with it what its author believed to say.
 */
export function listed(given: readonly unknown[]): unknown[] {
  return given.flatMap((each: unknown) => (Array.isArray(each) ? Array.from(each) : [each]));
}
