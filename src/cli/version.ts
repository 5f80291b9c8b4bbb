declare const SLOTH_RUNNER_VERSION: string | undefined;

/** The version of the package, put in when it is built. */
export const VERSION: string =
  typeof SLOTH_RUNNER_VERSION === 'string' ? SLOTH_RUNNER_VERSION : 'unbuilt';
