/** Variables of ours that hold a secret: what encrypts all other secrets is no task's business. */
const SECRETS = ['SLOTH_RUNNER_PASSPHRASE', 'SLOTH_RUNNER_ANCHOR_KEY'] as const;

/**
 * Variables by which git tells a hook, an alias or a receiving side which repository it is for: what
 * `git rev-parse --local-env-vars` lists, and the quarantine of a push. A git that is started for
 * another repository with them works on the wrong one.
 */
const REPOSITORY: ReadonlySet<string> = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
  'GIT_CONFIG_PARAMETERS',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NAMESPACE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
]);

/** Settings that git hands to its children beside the repository, as `GIT_CONFIG_KEY_0`. */
const SETTINGS = /^GIT_CONFIG_(COUNT|KEY_\d+|VALUE_\d+)$/;

/** A variable of an environment that may be missing. */
type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The environment that a child of this program gets, from the one that this program got: all of it but
 * our secrets and git's view of the repository whose hook started us. Settings for git in the
 * environment are a person's own wish, unless git itself started us and they came with its repository.
 */
export function childEnvironment(env: Variables): Record<string, string> {
  const withheld = withheldVariables(env);
  const pairs = Object.entries(env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && !withheld.has(pair[0]),
  );
  return Object.fromEntries(pairs);
}

/** The names of an environment's variables that no child gets. */
export function withheldVariables(env: Variables): ReadonlySet<string> {
  const names = Object.keys(env).filter((name) => env[name] !== undefined);
  const fromGit = names.some((name) => REPOSITORY.has(name));
  const secrets: readonly string[] = SECRETS;
  return new Set(
    names.filter(
      (name) => secrets.includes(name) || REPOSITORY.has(name) || (fromGit && SETTINGS.test(name)),
    ),
  );
}

/** The secrets of ours in an environment: no text that leaves a run may hold one. */
export function secretsOf(env: Variables): string[] {
  return SECRETS.map((name) => env[name] ?? '').filter((value) => value !== '');
}
