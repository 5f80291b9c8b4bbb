import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ChangedMeanwhile } from './ChangedMeanwhile.ts';
import { copyAttributes } from './copyAttributes.ts';
import { syncFile, truncateFile, writeAll } from './descriptor.ts';
import { type FileVersion, versionOf } from './FileVersion.ts';
import { followLinks } from './followLinks.ts';
import { identityOfPath } from './identityOfPath.ts';
import { type Folder, inFolder } from './inFolder.ts';
import { inTurn } from './inTurn.ts';
import { sortOf } from './lookAt.ts';
import { notRegular } from './openRegular.ts';
import { type Ownership, setOwnership } from './ownership.ts';
import { type StagedFile, withStagedFile } from './stageFile.ts';
import { umask } from './umask.ts';
import { writeInPlace } from './writeInPlace.ts';

/** What a file is to hold: at once, or chunk by chunk, whatever its size. */
export type FileContent = string | Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** How a file is replaced. What is left out of mode, owner and group stays as it is. */
export interface ReplaceOptions extends Ownership {
  /** Whether a link in its place is followed, by the rule of `followLinks`; otherwise it is refused. */
  readonly followLinks?: boolean;
  /** What the content has to be; the old one stays where it turns out to be another one. */
  readonly digest?: string;
  /** Looks at the new file, by its path, before it takes the old one's place; rejects to refuse it. */
  readonly check?: (candidate: string) => Promise<void>;
  /** What was read before; rejects with `ChangedMeanwhile` where the file is another one by now. */
  readonly expect?: FileVersion;
}

/** What was written. */
export interface ReplacedFile {
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
}

/** What a rename answers where the old file can't be replaced: it is mounted, or the folder protects it. */
const IMMOVABLE: ReadonlySet<string | undefined> = new Set(['EBUSY', 'EXDEV', 'EPERM', 'EACCES']);

/**
 * Makes a file hold a content, in one step: whoever reads it, or a kill, sees the old content or the new,
 * never a part. The new content is on the disk before it takes the old one's place; a full disk leaves the
 * old one. Its owner, group, mode, extended attributes and access control lists stay unless they are given.
 *
 * A file that can't be replaced is written in place: one that is mounted (a container's /etc/hosts), whose
 * folder can't be written to, or whose owner or attributes a new file can't be given. A file with several
 * names becomes one of its own: what is behind the other names was not asked for.
 *
 * Rejects with `MissingFolder`, and where something else than a regular file lies there.
 */
export async function replaceFile(
  path: string,
  content: FileContent,
  options: ReplaceOptions = {},
): Promise<ReplacedFile> {
  const absolute = resolve(path);
  const target = options.followLinks === true ? await followLinks(absolute) : absolute;
  return inTurn(identityOfPath(target), () => replaceNow(target, content, options));
}

/** As `replaceFile`, for those whose turn it is, and who followed the links. */
export async function replaceNow(
  path: string,
  content: FileContent,
  options: ReplaceOptions,
): Promise<ReplacedFile> {
  if (path === '/') throw notRegular(path, 'directory');
  return inFolder(dirname(path), async (folder) => {
    const [name, place] = [basename(path), join(folder.path, basename(path))];
    const before = lstatSync(folder.at(name), { throwIfNoEntry: false });
    if (before !== undefined && !before.isFile()) throw notRegular(place, sortOf(before));
    return withStagedFile(folder, before !== undefined, async (staged) => {
      const target: Target = { folder, at: folder.at(name), place, before };
      const attributesKept = await keepAttributes(target, staged);
      const written = await writeContent(staged.fd, content);
      if (options.digest !== undefined && options.digest !== written.digest) {
        throw new Error(`its source gives ${written.digest}, not ${options.digest}`);
      }
      await options.check?.(staged.path);
      const canMove = attributesKept && (await giveOwnership(target, staged, options));
      assertUnchanged(target, options);
      const moved = canMove && (await moveToPlace(target, staged));
      if (!moved) await writeInPlace(target.at, place, staged.fd, options);
      return written;
    });
  });
}

/** The place that a new file is meant for. */
interface Target {
  readonly folder: Folder;
  /** A path to it that leads through the open folder. */
  readonly at: string;
  /** The path as people know it. */
  readonly place: string;
  readonly before: Stats | undefined;
}

/** While it is still empty: what the old file allowed to its readers must not hold for the new content. */
async function keepAttributes({ at, before }: Target, staged: StagedFile): Promise<boolean> {
  if (before === undefined) return true;
  if (!staged.isBeside) return false;
  const old = openForReading(at);
  if (old === undefined) return false;
  const { mode } = fstatSync(staged.fd);
  try {
    return await copyAttributes(old, staged.fd);
  } finally {
    closeSync(old);
    setOwnership(staged.fd, staged.path, { mode: mode & 0o7777 });
  }
}

/** The descriptor of a file; `undefined` where we may not read it: we may still be allowed to write it. */
function openForReading(at: string): number | undefined {
  try {
    return openSync(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') return undefined;
    throw error;
  }
}

async function writeContent(file: number, content: FileContent): Promise<ReplacedFile> {
  const hash = createHash('sha256');
  let [size, endsInHole] = [0, false];
  const isWhole = typeof content === 'string' || content instanceof Uint8Array;
  for await (const each of isWhole ? [content] : content) {
    const chunk = typeof each === 'string' ? Buffer.from(each, 'utf8') : each;
    hash.update(chunk);
    // Holes stay holes: an image of a disk must not fill the disk.
    endsInHole = isEmptyBlock(chunk);
    if (!endsInHole) await writeAll(file, chunk, size);
    size += chunk.length;
  }
  if (endsInHole) await truncateFile(file, size);
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

const ZEROS = Buffer.alloc(1024 * 1024);

/** Whether a chunk is as long as a hole may be, and holds nothing but zeros. */
function isEmptyBlock(chunk: Uint8Array): boolean {
  return chunk.length === ZEROS.length && ZEROS.equals(chunk);
}

/** Out: whether the new file is whose it should be; `false` where it can't be given to who had it before. */
async function giveOwnership(
  { before, place }: Target,
  { fd }: StagedFile,
  { mode, uid, gid }: ReplaceOptions,
): Promise<boolean> {
  const wanted = {
    mode: (mode ?? before?.mode ?? 0o666 & ~umask()) & 0o7777,
    uid: uid ?? before?.uid,
    gid: gid ?? before?.gid,
  };
  try {
    setOwnership(fd, place, wanted);
  } catch (error) {
    const isDeclared = mode !== undefined || uid !== undefined || gid !== undefined;
    if (isDeclared || (error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    // A new file is what its file system makes of it: FAT has no modes.
    if (before !== undefined) return false;
  }
  await syncFile(fd);
  return true;
}

function assertUnchanged({ at, place, before }: Target, { expect }: ReplaceOptions): void {
  const now = lstatSync(at, { bigint: true, throwIfNoEntry: false });
  // A link or a directory that came meanwhile is not ours to replace, either.
  const isOther = now !== undefined && !now.isFile();
  const isChanged = expect === undefined ? false : versionOf(now) !== expect;
  if (isOther || isChanged || (now === undefined) !== (before === undefined)) {
    throw new ChangedMeanwhile(place);
  }
}

async function moveToPlace({ folder, at, before }: Target, staged: StagedFile): Promise<boolean> {
  try {
    await rename(staged.at, at);
    staged.isMoved = true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (before !== undefined && IMMOVABLE.has(code)) return false;
    throw error;
  }
  await folder.sync();
  return true;
}
