import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { SlothError } from '../../errors/SlothError.ts';
import { temporaryName } from '../../files/temporaryName.ts';
import { strictText } from '../../model/bytes.ts';

/** Where a log was when it was last verified. */
export interface Anchor {
  readonly stack: string;
  readonly lineage: string;
  readonly serial: number;
  readonly hash: string;
  /** ISO 8601. */
  readonly at: string;
}

const schema = v.object({
  stack: v.string(),
  lineage: v.string(),
  serial: v.number(),
  hash: v.string(),
  at: v.string(),
  hmac: v.string(),
});

/**
 * The anchors of a file, one line of JSON a stack, each with an HMAC by its user's key. None where the file
 * isn't there. Rejects with `anchor.invalid` where a line was altered, or made with another key.
 */
export async function readAnchors(path: string, key: string): Promise<Anchor[]> {
  const lines = (await textOf(path)).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    const checked = v.safeParse(schema, parse(line));
    const reason = `line ${index + 1} is no anchor, was altered, or was made with another key`;
    if (!checked.success) throw new SlothError('anchor.invalid', { path, reason });
    const { hmac, ...anchor } = checked.output;
    const expected = Buffer.from(hmacOf(anchor, key));
    const given = Buffer.from(hmac);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new SlothError('anchor.invalid', { path, reason });
    }
    return anchor;
  });
}

/** Writes anchors in one step, in place of those that were there. */
export async function writeAnchors(
  path: string,
  anchors: readonly Anchor[],
  key: string,
): Promise<void> {
  const lines = anchors.map((each) => `${JSON.stringify({ ...each, hmac: hmacOf(each, key) })}\n`);
  const partial = join(dirname(path), temporaryName());
  try {
    await writeFile(partial, lines.join(''), { mode: 0o600, flag: 'wx' });
    await rename(partial, path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlothError('anchor.invalid', { path, reason }, { cause });
  }
}

function hmacOf({ stack, lineage, serial, hash, at }: Anchor, key: string): string {
  const text = JSON.stringify([stack, lineage, serial, hash, at]);
  return createHmac('sha256', key).update(text).digest('hex');
}

async function textOf(path: string): Promise<string> {
  try {
    return strictText(await readFile(path));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlothError('anchor.invalid', { path, reason }, { cause });
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // No JSON is no anchor, which the schema says.
    return undefined;
  }
}
