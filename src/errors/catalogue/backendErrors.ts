import { ExitStatus, errorSpec } from '../ErrorSpec.ts';

const failed = { exit: ExitStatus.failed, http: 500 } as const;

/** The store itself: files, versions, integrity, secrets at rest. */
export const backendErrors = {
  'backend.unreadable': errorSpec<{ path: string; reason: string }>({
    ...failed,
    what: ({ path }) => `the database ${path} can't be opened`,
    why: ({ reason }) => reason,
    todo: () =>
      'check the path and its permissions, or choose another with --db or SLOTH_RUNNER_DB;\n' +
      "'sloth-runner config path' says how this one was chosen",
  }),
  'backend.read_only': errorSpec<{ path: string }>({
    ...failed,
    what: ({ path }) => `the database ${path} can't be written`,
    why: () => 'the file, or the directory it lies in, is read-only for this user',
    todo: () => 'correct the permissions, or choose another database with --db',
  }),
  'backend.disk_full': errorSpec<{ path: string }>({
    ...failed,
    http: 507,
    what: ({ path }) => `no space is left for the database ${path}`,
    why: () => 'the change was not made; everything acknowledged before it is safe',
    todo: () => 'free some space, then repeat the command',
  }),
  'backend.emptied': errorSpec<{ path: string; how: 'missing' | 'empty'; witness: string }>({
    what: ({ path, how }) =>
      how === 'missing' ? `The database ${path} is missing` : `The database ${path} is empty`,
    why: ({ witness }) =>
      `there was one: ${witness} lies beside it. Its file, or the log that belongs to it (-wal), was lost`,
    todo: ({ witness }) =>
      `put it back (sloth-runner backup list, backup restore latest); to begin anew, move ${witness} away`,
    exit: ExitStatus.failed,
    http: 500,
  }),
  'backend.replaced': errorSpec<{ path: string }>({
    what: ({ path }) => `The database ${path} was deleted or replaced while this ran`,
    why: () => 'what was done since then is recorded in a file that nobody can open any more',
    todo: () =>
      'put the database back (sloth-runner backup restore latest), and look at what was done',
    exit: ExitStatus.failed,
    http: 500,
  }),
  'anchor.invalid': errorSpec<{ path: string; reason: string }>({
    what: ({ path }) => `The anchors in ${path} can't be used`,
    why: ({ reason }) => reason,
    todo: () =>
      'put the file back as it was; set SLOTH_RUNNER_ANCHOR_KEY to the key that it was made with',
    exit: ExitStatus.failed,
    http: 422,
  }),
  'backend.not_a_database': errorSpec<{ path: string }>({
    ...failed,
    what: ({ path }) => `${path} is not a sloth-runner database`,
    why: () => 'the file has another format, or it is damaged',
    todo: () =>
      'choose another file with --db, or put a backup back (see the backups folder beside it)',
  }),
  'backend.newer': errorSpec<{ path: string; found: number; known: number }>({
    ...failed,
    what: ({ path }) => `the database ${path} was written by a newer sloth-runner`,
    why: ({ found, known }) => `it has schema version ${found}; this program knows up to ${known}`,
    todo: () => 'update sloth-runner; the database was not touched',
  }),
  'backend.older': errorSpec<{ path: string; found: number; known: number }>({
    ...failed,
    what: ({ path }) => `the database ${path} has an older schema`,
    why: ({ found, known }) =>
      `it has version ${found}, this program needs ${known}, and this command writes nothing`,
    todo: () => "bring it up to date with a command that may write: 'sloth-runner stack list'",
  }),
  'backend.corrupt': errorSpec<{ where: string; reason: string }>({
    ...failed,
    what: ({ where }) => `the store is damaged: ${where}`,
    why: ({ reason }) => reason,
    todo: () =>
      "see how much of it with 'sloth-runner stack log STACK --verify', then put a backup back:\n" +
      "'sloth-runner backup list', 'sloth-runner backup restore latest'",
  }),
  'backend.busy': errorSpec<{ path: string; waited: string }>({
    ...failed,
    http: 503,
    what: ({ path }) => `the database ${path} is busy`,
    why: ({ waited }) => `another process kept writing for ${waited}`,
    todo: () => 'try again in a moment',
  }),
  'backend.failed': errorSpec<{ path: string; reason: string }>({
    ...failed,
    what: ({ path }) => `the database ${path} reported an error`,
    why: ({ reason }) => reason,
    todo: () => 'repeat the command; if it stays, see --verbose',
  }),
  'backend.contended': errorSpec<{ stack: string; attempts: number }>({
    exit: ExitStatus.failed,
    http: 409,
    what: ({ stack }) => `stack '${stack}' is being changed by too many writers at once`,
    why: ({ attempts }) => `${attempts} attempts each found a newer serial`,
    todo: () => 'try again in a moment',
  }),
  'backup.not_found': errorSpec<{ name: string; near: readonly string[] }>({
    exit: ExitStatus.notFound,
    http: 404,
    what: ({ name }) => `there is no backup '${name}'`,
    why: ({ near }) =>
      near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'it is no file either',
    todo: () => "see 'sloth-runner backup list', or name a file",
  }),
  'backup.exists': errorSpec<{ path: string }>({
    exit: ExitStatus.failed,
    http: 409,
    what: ({ path }) => `${path} is there already`,
    why: () => 'a backup never replaces a file',
    todo: () => 'choose another name, or remove that file first',
  }),
  'backup.broken': errorSpec<{ name: string; reason: string }>({
    ...failed,
    what: ({ name }) => `backup '${name}' is not whole`,
    why: ({ reason }) => reason,
    todo: () => "choose another one: 'sloth-runner backup list', 'sloth-runner backup verify NAME'",
  }),
  'backup.in_use': errorSpec<{ stack: string; by: string }>({
    exit: ExitStatus.locked,
    http: 423,
    what: ({ stack }) => `stack '${stack}' is locked`,
    why: ({ by }) => `held by ${by}; putting a backup back would take the ground from under it`,
    todo: () => 'wait until it is done; nothing was changed',
  }),
  'output.file_exists': errorSpec<{ path: string }>({
    exit: ExitStatus.failed,
    http: 409,
    what: ({ path }) => `${path} is there already`,
    why: () => 'a file is written over only where that is asked for',
    todo: () => 'choose another name, or add --force',
  }),
  'backup.unsupported': errorSpec<{ location: string }>({
    exit: ExitStatus.usage,
    http: 501,
    what: ({ location }) => `backups of ${location} are not made by sloth-runner`,
    why: () => 'this store has tools of its own for that',
    todo: () => 'use them',
  }),
  'secret.wrong_key': errorSpec<{ where: string }>({
    ...failed,
    what: ({ where }) => `${where} can't be decrypted`,
    why: () => 'the passphrase or key file is not the one it was encrypted with',
    todo: () =>
      'set SLOTH_RUNNER_PASSPHRASE to the right passphrase, or put the right key file back',
  }),
  'secret.other_key': errorSpec<{ which: string }>({
    ...failed,
    what: ({ which }) => `${which} is not the one that this store is sealed with`,
    why: () =>
      'what was sealed with it could not be read beside what is there; nothing was written',
    todo: () =>
      'set SLOTH_RUNNER_PASSPHRASE to the right passphrase, or put the right key file back',
  }),
  'secret.no_key': errorSpec<{ path: string; reason: string }>({
    ...failed,
    what: ({ path }) => `the key file ${path} can't be used`,
    why: ({ reason }) => reason,
    todo: () => 'put the key file back, or set SLOTH_RUNNER_PASSPHRASE',
  }),
  'secret.rotation_begun': errorSpec<{ source: 'file' | 'passphrase' }>({
    ...failed,
    what: () => 'another rotation of the keys was begun, and not finished',
    why: ({ source }) =>
      source === 'file'
        ? 'it leads to a new key file; both keys open the store until it is done'
        : 'it leads to another passphrase than was given; both open the store until it is done',
    todo: ({ source }) =>
      source === 'file'
        ? 'finish it: sloth-runner secrets rotate --new-key-file'
        : 'finish it, with the new passphrase that it was begun with: sloth-runner secrets rotate --new-passphrase-env NAME',
  }),
  'secret.key_unopened': errorSpec<{ source: 'file' | 'passphrase' }>({
    ...failed,
    what: () => 'not all keys of this store can be opened',
    why: ({ source }) =>
      source === 'file'
        ? 'some values are sealed under the key file beside the database, which is missing or another one'
        : 'some values are sealed under a passphrase, which is missing or another one',
    todo: () => 'give both, the key file and SLOTH_RUNNER_PASSPHRASE; nothing was lost',
  }),
  'internal.bug': errorSpec<{ reason: string }>({
    ...failed,
    what: () => 'sloth-runner itself made a mistake',
    why: ({ reason }) => reason,
    todo: () => 'repeat it with --verbose and report what it prints',
  }),
};
