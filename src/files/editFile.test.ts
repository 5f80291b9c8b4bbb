import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fromBytesText, textOfBytes, toBytesText } from './bytesText.ts';
import { ChangedMeanwhile } from './ChangedMeanwhile.ts';
import { digestOf, digestOfFile } from './digestOf.ts';
import { editFile, readEdited } from './editFile.ts';
import { identityOfPath } from './identityOfPath.ts';
import { formatMode, parseMode } from './parseMode.ts';
import { readRegular } from './readRegular.ts';
import { readText } from './readText.ts';
import { telling } from './testing/telling.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sloth-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

describe('editFile', () => {
  test('changes the bytes that it is asked to, and no other', async () => {
    const bytes = Buffer.from([...Array(256).keys()].slice(1));
    writeFileSync(at('f'), Buffer.concat([Buffer.from('a\r\n'), bytes, Buffer.from('\nx=1\n')]));
    await editFile(at('f'), ({ text }) => text.replace('x=1', toBytesText('x=ü')));
    const after = Buffer.concat([Buffer.from('a\r\n'), bytes, Buffer.from('\nx=ü\n')]);
    expect(readFileSync(at('f'))).toEqual(after);
  });

  test('writes nothing where nothing changes', async () => {
    writeFileSync(at('f'), 'a');
    const before = statSync(at('f'), { bigint: true });
    expect(await editFile(at('f'), ({ text }) => text)).toBe(false);
    expect(statSync(at('f'), { bigint: true }).ctimeNs).toBe(before.ctimeNs);
    expect(await editFile(at('missing'), ({ text }) => text)).toBe(false);
    expect(await editFile(at('made'), ({ exists }) => `${exists}`, { mode: 0o600 })).toBe(true);
    expect([readFileSync(at('made'), 'utf8'), statSync(at('made')).mode & 0o777]).toEqual([
      'false',
      0o600,
    ]);
  });

  test('many edits of one file at once all arrive, under whatever name', async () => {
    mkdirSync(at('d'));
    symlinkSync('d', at('e'));
    writeFileSync(at('d/f'), '');
    symlinkSync('../d/f', at('d/l'));
    const names = ['d/f', 'e/f', 'd/l', 'e/l'];
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        editFile(at(names[index % 4] ?? ''), ({ text }) => `${text}${index}\n`),
      ),
    );
    const lines = readFileSync(at('d/f'), 'utf8').trim().split('\n').map(Number);
    expect(lines.sort((a, b) => a - b)).toEqual([...Array(40).keys()]);
  });

  test('what another process writes meanwhile is kept', async () => {
    writeFileSync(at('f'), '');
    let times = 0;
    await editFile(at('f'), ({ text }) => {
      times += 1;
      if (times < 4) appendFileSync(at('f'), `theirs ${times}\n`);
      return `${text}ours\n`;
    });
    expect(readFileSync(at('f'), 'utf8')).toBe('theirs 1\ntheirs 2\ntheirs 3\nours\n');
    const never = editFile(at('f'), ({ text }) => {
      appendFileSync(at('f'), 'x');
      return `${text}y`;
    });
    await expect(never).rejects.toThrow(ChangedMeanwhile);
  });

  test('UTF-16 is refused, and stays', async () => {
    const bytes = Buffer.from('\ufeffa=1\n', 'utf16le');
    writeFileSync(at('f'), bytes);
    await expect(editFile(at('f'), ({ text }) => `${text}b`)).rejects.toThrow(
      telling(at('f'), 'UTF-16'),
    );
    await expect(readEdited(at('f'))).rejects.toThrow(telling(at('f'), 'UTF-16'));
    expect(readFileSync(at('f'))).toEqual(bytes);
  });

  test('a text in bytes is the same text again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fromBytesText(toBytesText(text))).toBe(text);
        expect(textOfBytes(Buffer.from(text))).toBe(toBytesText(text));
      }),
    );
  });
});

describe('reading', () => {
  test('never blocks, and refuses what is no file', async () => {
    execFileSync('mkfifo', [at('p')]);
    for (const read of [readRegular, digestOfFile, readText, readEdited]) {
      await expect(read(at('p'))).rejects.toThrow(telling(at('p'), 'named pipe'));
      await expect(read('/dev/zero')).rejects.toThrow(telling('/dev/zero', 'device'));
      await expect(read(folder)).rejects.toThrow(telling(folder, 'directory'));
    }
  });

  test('tells what is not there from what can‘t be read', async () => {
    writeFileSync(at('f'), 'text');
    expect(await readRegular(at('missing'))).toBeUndefined();
    expect(await readRegular(at('missing/f'))).toBeUndefined();
    expect(await readRegular(at('f/f'))).toBeUndefined();
    await expect(readRegular(at('f'), { most: 3 })).rejects.toThrow(telling(at('f'), '3 B'));
    symlinkSync('f', at('l'));
    await expect(readRegular(at('l'))).rejects.toThrow(telling(at('l'), 'symlink'));
    expect((await readRegular(at('l'), { followLinks: true }))?.path).toBe(at('f'));
    expect(await digestOfFile(at('f'))).toBe(digestOf('text'));
    expect((await readRegular('/proc/self/stat'))?.bytes.length).toBeGreaterThan(10);
  });
});

test('a mode is read strictly', () => {
  const modes: [string, number][] = [
    ['0644', 0o644],
    ['644', 0o644],
    ['0o644', 0o644],
    ['4755', 0o4755],
    ['07777', 0o7777],
    ['0o1777', 0o1777],
    ['000', 0],
    ['u=rw,go=r', 0o644],
    ['a=r', 0o444],
    ['u=rwxs,g=rxs,o=', 0o6750],
    ['ugo=rwx,o=rwxt', 0o1777],
  ];
  for (const [text, mode] of modes) expect([text, parseMode(text)]).toEqual([text, mode]);
  const wrong = [
    '0999',
    'rw',
    '',
    '0o8',
    '0',
    '64',
    '0x1ff',
    '77777',
    '-644',
    '0644 ',
    'rw-r--r--',
  ];
  const relative = ['u+x', 'u=rw', 'u=rw,g=r', 'go-w', '=r', 'g=u', 'a=X', 'u=rw, go=r', '0O644'];
  for (const text of [...wrong, ...relative])
    expect(() => parseMode(text), text).toThrow(`'${text}'`);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0o7777 }), (mode) => {
      expect(parseMode(formatMode(mode))).toBe(mode);
    }),
  );
});

test('one place has one identity, whatever links lead to it', () => {
  mkdirSync(at('real'));
  writeFileSync(at('real/f'), '');
  symlinkSync('real', at('link'));
  symlinkSync('f', at('real/l'));
  symlinkSync('gone', at('real/dangling'));
  symlinkSync('circle', at('circle'));
  const real = identityOfPath(at('real/f'));
  expect(identityOfPath(at('link/f'))).toBe(real);
  expect(identityOfPath(at('link/./x/../f'))).toBe(real);
  expect(identityOfPath(at('link/not/yet'))).toBe(identityOfPath(at('real/not/yet')));
  expect(identityOfPath(at('link/l'))).toBe(identityOfPath(at('real/l')));
  expect(identityOfPath(at('link/l'))).not.toBe(real);
  expect(identityOfPath(at('link/l'), { followLinks: true })).toBe(real);
  expect(identityOfPath(at('link/dangling'), { followLinks: true })).toBe(
    identityOfPath(at('real/gone')),
  );
  expect(identityOfPath(at('circle/x'))).toBe(identityOfPath(at('circle/x')));
  expect(identityOfPath(at('circle'), { followLinks: true })).toContain('circle');
  expect(identityOfPath('/')).toBe('/');
  expect(identityOfPath(at('real/f/x'))).toBe(join(real, 'x'));
});
