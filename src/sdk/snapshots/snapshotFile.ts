import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { isSlothError, SlothError } from '../../errors/SlothError.ts';
import { strictText } from '../../model/bytes.ts';
import { type Content, contentOf } from '../../model/content.ts';
import type { Entry } from '../../model/entry.ts';
import { canonicalJson } from '../../model/json.ts';
import { formatSize } from '../../model/size.ts';
import { contentKinds } from '../../services/snapshots/contentChanges.ts';
import { writeOutputFile } from '../writeOutputFile.ts';
import { entrySchema } from './entrySchema.ts';

/** What the first line of an exported snapshot says. */
export interface SnapshotHeader {
  readonly stack: string;
  readonly lineage: string;
  readonly version: string;
  readonly creator: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** The most bytes of a file, and of what it unpacks to. */
const LARGEST = 256 * 1024 * 1024;
const LARGEST_TEXT = 500 * 1024 * 1024;
/** So much may come out of any file; more than that, only of one that is a fraction of it. */
const ALWAYS = 64 * 1024 * 1024;
const TIGHTEST = 100;
/** How deeply an entry may be nested. */
const DEEPEST = 200;

const FORMAT = 'sloth-runner snapshot 1';

const schema = v.object({
  format: v.literal(FORMAT),
  stack: v.string(),
  lineage: v.string(),
  version: v.string(),
  creator: v.string(),
  description: v.string(),
  tags: v.array(v.string()),
  createdAt: v.number(),
  entries: v.number(),
  sha256: v.string(),
});

/** What a file of a snapshot is made of. */
interface SnapshotToWrite {
  readonly header: SnapshotHeader;
  readonly content: Content;
  /** Whether it may be written over a file that is there. */
  readonly force: boolean;
}

/**
 * Writes a snapshot as a file: gzip of lines of JSON. The first line is the header, with the number of
 * the lines that follow and the SHA-256 of them as they stand; each of those is an entry as
 * `{ kind, name, body }`. Sensitive values stay encrypted.
 */
export async function writeSnapshotFile(
  path: string,
  { header, content, force }: SnapshotToWrite,
): Promise<void> {
  const lines = contentKinds.flatMap((kind) =>
    [...content[kind]].map(([name, body]) => `${canonicalJson({ kind, name, body })}\n`),
  );
  const body = lines.join('');
  const sha256 = createHash('sha256').update(body).digest('hex');
  const first = JSON.stringify({ format: FORMAT, ...header, entries: lines.length, sha256 });
  try {
    await writeOutputFile(path, gzipSync(`${first}\n${body}`), { force, mode: 0o600 });
  } catch (cause) {
    throw isSlothError(cause) ? cause : invalid(path, cause);
  }
}

/** Reads a snapshot back. Rejects with `snapshot.file_invalid` what is none, or was altered. */
export async function readSnapshotFile(
  path: string,
): Promise<{ readonly header: SnapshotHeader; readonly content: Content }> {
  const text = await unpacked(path);
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  const checked = v.safeParse(schema, parse(path, text.slice(0, end)));
  if (!checked.success) throw invalid(path, new Error('its first line is not that of a snapshot'));
  const { entries, sha256, ...header } = checked.output;
  if (createHash('sha256').update(body).digest('hex') !== sha256) {
    throw invalid(path, new Error('its checksum does not match: it was altered, or cut off'));
  }
  const lines = body.split('\n').filter((line) => line !== '');
  if (lines.length !== entries) throw invalid(path, new Error('it has not all of its entries'));
  return { header, content: contentOf(lines.map((line, index) => entryOf(path, line, index))) };
}

/** One entry, checked whole: what is kept is believed from then on. */
function entryOf(path: string, line: string, index: number): Entry {
  if (depthOf(line) > DEEPEST)
    throw invalid(path, new Error(`entry ${index + 1} is nested too deeply`));
  const checked = v.safeParse(entrySchema, parse(path, line));
  if (checked.success) return checked.output as unknown as Entry;
  const [issue] = checked.issues;
  const at = issue?.path?.map(({ key }) => String(key)).join('.') ?? '';
  const where = at === '' ? '' : ` at ${at}`;
  throw invalid(
    path,
    new Error(`entry ${index + 1} is none of a snapshot${where}: ${issue?.message}`),
  );
}

/** The text of a file, which may be neither larger nor packed more tightly than a snapshot ever is. */
async function unpacked(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST) throw new Error(`it is larger than ${formatSize(LARGEST)}`);
    const most = Math.min(LARGEST_TEXT, Math.max(ALWAYS, size * TIGHTEST));
    return strictText(gunzipSync(await readFile(path), { maxOutputLength: most }));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const isBomb = code === 'ERR_BUFFER_TOO_LARGE';
    throw invalid(
      path,
      isBomb ? new Error('it unpacks to more than a snapshot ever holds') : cause,
    );
  }
}

/** How deeply brackets are nested in a line of JSON, those in texts not counted. */
function depthOf(line: string): number {
  let [depth, deepest, isText] = [0, 0, false];
  for (let index = 0; index < line.length; index++) {
    const character = line[index];
    if (isText && character === '\\') index++;
    else if (character === '"') isText = !isText;
    else if (isText) continue;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}

function parse(path: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw invalid(path, cause);
  }
}

function invalid(path: string, cause: unknown): SlothError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SlothError('snapshot.file_invalid', { path, reason }, { cause });
}
