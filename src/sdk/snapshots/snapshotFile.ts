import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { SlothError } from '../../errors/SlothError.ts';
import { type Content, contentOf } from '../../model/content.ts';
import { type Entry, entryKinds } from '../../model/entry.ts';
import { canonicalJson } from '../../model/json.ts';
import { contentKinds } from '../../services/snapshots/contentChanges.ts';

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

/**
 * Writes a snapshot as a file: gzip of lines of JSON. The first line is the header, with the number of
 * the lines that follow and the SHA-256 of them as they stand; each of those is an entry as
 * `{ kind, name, body }`. Sensitive values stay encrypted.
 */
export async function writeSnapshotFile(
  path: string,
  header: SnapshotHeader,
  content: Content,
): Promise<void> {
  const lines = contentKinds.flatMap((kind) =>
    [...content[kind]].map(([name, body]) => `${canonicalJson({ kind, name, body })}\n`),
  );
  const body = lines.join('');
  const sha256 = createHash('sha256').update(body).digest('hex');
  const first = JSON.stringify({ format: FORMAT, ...header, entries: lines.length, sha256 });
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    await writeFile(partial, gzipSync(`${first}\n${body}`), { mode: 0o600 });
    await rename(partial, path);
  } catch (cause) {
    throw invalid(path, cause);
  }
}

/** Reads a snapshot back. Rejects with `snapshot.file_invalid` what is none, or was altered. */
export async function readSnapshotFile(
  path: string,
): Promise<{ readonly header: SnapshotHeader; readonly content: Content }> {
  let text: string;
  try {
    text = gunzipSync(await readFile(path)).toString();
  } catch (cause) {
    throw invalid(path, cause);
  }
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
  const all = lines.map((line) => parse(path, line) as Entry);
  if (!all.every(({ kind }) => entryKinds[kind] === 'content')) {
    throw invalid(path, new Error('it holds entries that belong to no snapshot'));
  }
  return { header, content: contentOf(all) };
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
