/** A host call under way, or over. */
export interface HostCall<T = unknown> {
  /** What the workflow gets. */
  readonly promise: Promise<T>;
  /** Resolves when the call is over, however it ended. */
  readonly settled: Promise<void>;
  /** Why it failed and nobody has looked; `undefined` while it is under way, or all is well. */
  readonly unseen: () => { readonly error: unknown } | undefined;
}

/**
 * Follows a promise, and whether anybody looks at its outcome: the failure of a call that a
 * workflow forgot to await must fail its task, rather than vanish or end the whole process as an
 * unhandled rejection.
 *
 * Looking is noticed by the promise's `constructor`: `await`, `then`, `catch` and `Promise.all` all
 * ask for it first, as the language defines (PromiseResolve, SpeciesConstructor), and nothing else
 * in ordinary code does.
 */
export function followCall<T>(promise: Promise<T>): HostCall<T> {
  let isSeen = false;
  let failure: { readonly error: unknown } | undefined;
  const observe = async (): Promise<void> => {
    try {
      await promise;
    } catch (error) {
      failure = { error };
    }
  };
  // Before the property is there: our own look must not count.
  const settled = observe();
  Object.defineProperty(promise, 'constructor', {
    get() {
      isSeen = true;
      return Promise;
    },
  });
  return { promise, settled, unseen: () => (isSeen ? undefined : failure) };
}
