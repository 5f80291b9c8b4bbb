import { resolve } from 'node:path';
import { bytesOfText, textOfBytes } from './bytesText.ts';
import { ChangedMeanwhile } from './ChangedMeanwhile.ts';
import { NO_FILE } from './FileVersion.ts';
import { followLinks } from './followLinks.ts';
import { identityOfPath } from './identityOfPath.ts';
import { inTurn } from './inTurn.ts';
import type { Ownership } from './ownership.ts';
import { type ReadOptions, readRegular } from './readRegular.ts';
import { replaceNow } from './replaceFile.ts';

/** How often an edit is tried again because somebody else wrote to the file at the same moment. */
const ATTEMPTS = 10;

/** How a file is edited. */
export interface EditOptions extends ReadOptions, Ownership {
  /** Whether a link is followed, by the rule of `followLinks`; `true` where it isn't said. */
  readonly followLinks?: boolean;
}

/** What a file of others holds, to be edited. */
export interface EditedText {
  /** One character a byte: see `toBytesText`. Empty where there is no file. */
  readonly text: string;
  readonly exists: boolean;
}

/**
 * Edits a file that others write, too: reads it, lets a pure function give its new text, and replaces it
 * where that is another one. Out: whether it was written.
 *
 * Texts have one character a byte, so that what the edit leaves alone stays byte for byte. Edits of one
 * file take turns in this process; where another one wrote to it between our reading and our writing, it
 * is read and edited again, a bounded number of times. Between the last look and the rename is a moment
 * that no call of the system closes.
 *
 * Rejects where the file is UTF-16, or no regular file; with `ChangedMeanwhile` where it never stays still.
 */
export async function editFile(
  path: string,
  edit: (before: EditedText) => string,
  options: EditOptions = {},
): Promise<boolean> {
  const absolute = resolve(path);
  const target = options.followLinks === false ? absolute : await followLinks(absolute);
  return inTurn(identityOfPath(target), async () => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await editOnce(target, edit, options);
      } catch (error) {
        if (!(error instanceof ChangedMeanwhile) || attempt === ATTEMPTS) throw error;
      }
    }
  });
}

/**
 * Reads a file as `editFile` gives it to its edit: for those who only look. Refuses UTF-16.
 */
export async function readEdited(path: string, options: EditOptions = {}): Promise<EditedText> {
  const found = await readRegular(path, { ...options, followLinks: options.followLinks ?? true });
  return editedText(found?.bytes, path);
}

async function editOnce(
  path: string,
  edit: (before: EditedText) => string,
  options: EditOptions,
): Promise<boolean> {
  const found = await readRegular(path, { ...options, followLinks: false });
  const before = editedText(found?.bytes, path);
  const text = edit(before);
  if (text === before.text) return false;
  const expect = found?.version ?? NO_FILE;
  await replaceNow(path, bytesOfText(text), { ...options, expect });
  return true;
}

function editedText(bytes: Buffer | undefined, path: string): EditedText {
  if (bytes === undefined) return { text: '', exists: false };
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  if (mark === 0xfffe || mark === 0xfeff) {
    throw new Error(`${path} is written in UTF-16, which can't be edited: convert it to UTF-8`);
  }
  return { text: textOfBytes(bytes), exists: true };
}
