import { closeSync, constants, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFile } from './descriptor.ts';
import { type Folder, inFolder } from './inFolder.ts';
import { removeLeftovers } from './removeLeftovers.ts';
import { temporaryName } from './temporaryName.ts';

/** A file on its way to its place; only we may read it. */
export interface StagedFile {
  readonly fd: number;
  /** Its name as another program has to write it. */
  readonly path: string;
  /** A path to it that leads through the open folder. */
  readonly at: string;
  /** Whether it was moved to its place: then there is nothing left to remove. */
  isMoved: boolean;
  /** Whether it lies in the folder it is meant for; otherwise in the system's folder for temporary files. */
  readonly isBeside: boolean;
}

/** What a folder that can't be written to answers; ENOENT is that of /proc. */
const UNWRITABLE: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT']);

const CREATING = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Makes an empty file beside the place it is meant for, for as long as an action takes. Nobody can have put
 * anything in its place: its name can't be guessed, and it must not exist. Nobody else can read it: its
 * mode is 0600 until its content and owner are final. Where the folder can't be written to and
 * `mayLieElsewhere`, it lies in the system's folder for temporary files.
 */
export async function withStagedFile<T>(
  folder: Folder,
  mayLieElsewhere: boolean,
  action: (staged: StagedFile) => Promise<T>,
): Promise<T> {
  await removeLeftovers(folder);
  const staged = await stageBeside(folder, mayLieElsewhere);
  if (staged !== undefined) return using(staged, action);
  return inFolder(tmpdir(), async (temporary) => {
    await removeLeftovers(temporary);
    return using(await stageIn(temporary, false), action);
  });
}

async function stageBeside(
  folder: Folder,
  mayLieElsewhere: boolean,
): Promise<StagedFile | undefined> {
  try {
    return await stageIn(folder, true);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (mayLieElsewhere && UNWRITABLE.has(code)) return undefined;
    throw error;
  }
}

async function stageIn(folder: Folder, isBeside: boolean): Promise<StagedFile> {
  const name = temporaryName();
  const at = folder.at(name);
  const fd = await openFile(at, CREATING, 0o600);
  return { fd, path: join(folder.path, name), at, isBeside, isMoved: false };
}

async function using<T>(
  staged: StagedFile,
  action: (staged: StagedFile) => Promise<T>,
): Promise<T> {
  try {
    return await action(staged);
  } finally {
    closeSync(staged.fd);
    if (!staged.isMoved) unlinkSync(staged.at);
  }
}
