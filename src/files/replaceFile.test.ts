import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChangedMeanwhile } from './ChangedMeanwhile.ts';
import { MissingFolder } from './inFolder.ts';
import { makeFolders } from './makeFolders.ts';
import { removeDirectory, removeFile } from './removeEntry.ts';
import { replaceFile } from './replaceFile.ts';
import { replaceLink } from './replaceLink.ts';
import { temporaryName } from './temporaryName.ts';
import { telling } from './testing/telling.ts';

const isRoot = process.geteuid?.() === 0;
const here = import.meta.dirname;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sloth-files-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const textAt = (name: string): string => readFileSync(at(name), 'utf8');
const modeAt = (name: string): number => statSync(at(name)).mode & 0o7777;

/** Runs a module of ours in a process of its own, as another user where one is given. */
async function child(script: string, uid?: number): Promise<{ code: number; said: string }> {
  const started = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let said = '';
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (data) => {
      said += String(data);
    });
  }
  const [code] = (await once(started, 'close')) as [number];
  return { code, said };
}

/** The source of a script that uses a module of this folder. */
function using(module: string, names: string, script: string): string {
  return `import { ${names} } from ${JSON.stringify(resolve(here, module))};\n${script}`;
}

describe('replaceFile', () => {
  test('makes a file with its mode, and leaves nothing beside it', async () => {
    const written = await replaceFile(at('f'), 'text', { mode: 0o600 });
    expect([textAt('f'), modeAt('f')]).toEqual(['text', 0o600]);
    expect(written.size).toBe(4);
    await replaceFile(at('g'), 'text');
    expect(modeAt('g')).toBe(0o666 & ~process.umask());
    expect(readdirSync(folder)).toEqual(['f', 'g']);
  });

  test('is on nobody else‘s disk before its mode is final: the name beside it is ours alone', async () => {
    const seen: number[] = [];
    const check = async (candidate: string): Promise<void> => {
      seen.push(statSync(candidate).mode & 0o777);
      expect(readFileSync(candidate, 'utf8')).toBe('new');
    };
    writeFileSync(at('f'), 'old', { mode: 0o666 });
    chmodSync(at('f'), 0o666);
    await replaceFile(at('f'), 'new', { mode: 0o640, check });
    expect([seen, modeAt('f')]).toEqual([[0o600], 0o640]);
  });

  test('keeps the old file where the check refuses, or the content is another one', async () => {
    writeFileSync(at('f'), 'old');
    const refused = replaceFile(at('f'), 'new', { check: () => Promise.reject(new Error('no')) });
    await expect(refused).rejects.toThrow('no');
    const wrong = replaceFile(at('f'), 'new', { digest: 'sha256:0' });
    await expect(wrong).rejects.toThrow(telling('sha256:0'));
    expect([readdirSync(folder), textAt('f')]).toEqual([['f'], 'old']);
  });

  test('works with names of any legal length', async () => {
    const name = 'ü'.repeat(127).padEnd(128, 'x');
    await replaceFile(at(name), 'a');
    await replaceFile(at(name), 'b');
    expect([readdirSync(folder), textAt(name)]).toEqual([[name], 'b']);
  });

  test('takes a content chunk by chunk', async () => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (const each of ['one ', 'two ', 'three']) yield Buffer.from(each);
    }
    expect((await replaceFile(at('f'), chunks())).size).toBe(13);
    expect(textAt('f')).toBe('one two three');
  });

  test('needs no more memory for a large file than for a small one', async () => {
    const kilobytes = async (size: number): Promise<number> => {
      writeFileSync(at('in'), '');
      truncateSync(at('in'), size);
      const modules = ['replaceFile.ts', 'openRegular.ts', 'digestOf.ts'].map((each) =>
        JSON.stringify(resolve(here, each)),
      );
      const { said } = await child(`
        import { replaceFile } from ${modules[0]};
        import { withSource } from ${modules[1]};
        import { chunksOf } from ${modules[2]};
        await withSource('in', ({ handle }) => replaceFile('out', chunksOf(handle)));
        console.log(process.resourceUsage().maxRSS);`);
      return Number(said);
    };
    const [small, large] = [await kilobytes(2 ** 20), await kilobytes(200 * 2 ** 20)];
    expect(large - small).toBeLessThan(64 * 1024);
    expect(statSync(at('out')).size).toBe(200 * 2 ** 20);
  });

  test('leaves the old file where a content ends in an error', async () => {
    writeFileSync(at('f'), 'old');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('ne');
      throw new Error('the line is down');
    }
    await expect(replaceFile(at('f'), broken())).rejects.toThrow('the line is down');
    expect([readdirSync(folder), textAt('f')]).toEqual([['f'], 'old']);
  });

  test('a file with several names becomes one of its own', async () => {
    writeFileSync(at('f'), 'old');
    linkSync(at('f'), at('other'));
    await replaceFile(at('f'), 'new');
    expect([textAt('f'), textAt('other')]).toEqual(['new', 'old']);
  });

  test.runIf(process.platform === 'linux')(
    'keeps mode, extended attributes and access control lists',
    async () => {
      writeFileSync(at('f'), 'old');
      chmodSync(at('f'), 0o640);
      const acl = [
        [1, 6, 0xffffffff],
        [2, 4, 1000],
        [4, 4, 0xffffffff],
        [0x10, 4, 0xffffffff],
        [0x20, 0, 0xffffffff],
      ];
      python(`
import os, struct
os.setxattr('f', 'user.note', b'mine')
acl = struct.pack('<I', 2) + b''.join(struct.pack('<HHI', *each) for each in ${JSON.stringify(acl)})
os.setxattr('f', 'system.posix_acl_access', acl)`);
      const listed = `
import os
print([(each, os.getxattr('f', each)) for each in sorted(os.listxattr('f'))])`;
      const before = python(listed);
      await replaceFile(at('f'), 'new');
      expect([textAt('f'), modeAt('f'), python(listed)]).toEqual(['new', 0o640, before]);
      expect(before).toContain('posix_acl_access');
    },
  );

  test.runIf(isRoot)('keeps owner and group; takes those that are given', async () => {
    writeFileSync(at('f'), 'old');
    execFileSync('chown', ['65534:65534', at('f')]);
    await replaceFile(at('f'), 'new');
    expect([statSync(at('f')).uid, statSync(at('f')).gid]).toEqual([65534, 65534]);
    await replaceFile(at('f'), 'newer', { uid: 1, mode: 0o4755 });
    expect([statSync(at('f')).uid, statSync(at('f')).gid, modeAt('f')]).toEqual([1, 65534, 0o4755]);
  });

  test.runIf(isRoot)('writes in place where the folder can‘t be written to', async () => {
    for (const size of [2, 200]) {
      writeFileSync(at('f'), 'x'.repeat(100));
      chmodSync(at('f'), 0o666);
      const { ino } = statSync(at('f'));
      const content = 'n'.repeat(size);
      const script = using(
        'replaceFile.ts',
        'replaceFile',
        `
        await replaceFile('f', '${content}', {}); `,
      );
      expect(await child(script, 65534)).toMatchObject({ code: 0 });
      expect([textAt('f'), statSync(at('f')).ino]).toEqual([content, ino]);
      rmSync(at('f'));
    }
  });

  test.runIf(isRoot)('writes in place what a new file could not be given to', async () => {
    mkdirSync(at('open'));
    chmodSync(at('open'), 0o777);
    writeFileSync(at('open/f'), 'old');
    chmodSync(at('open/f'), 0o666);
    const script = using('replaceFile.ts', 'replaceFile', `await replaceFile('open/f', 'new');`);
    expect(await child(script, 65534)).toMatchObject({ code: 0 });
    expect([textAt('open/f'), statSync(at('open/f')).uid]).toEqual(['new', 0]);
    expect(readdirSync(at('open'))).toEqual(['f']);
  });

  test.runIf(isRoot && process.platform === 'linux')(
    'writes in place where the file is mounted',
    async ({ skip }) => {
      writeFileSync(at('real'), 'old');
      writeFileSync(at('mounted'), '');
      const script = using(
        'replaceFile.ts',
        'replaceFile',
        `
        await replaceFile('mounted', 'new content', { mode: 0o600 });`,
      );
      writeFileSync(at('script.mjs'), script);
      const inside = `mount --bind real mounted || exit 77; "$1" script.mjs || exit 78`;
      const args = ['-m', 'sh', '-c', inside, 'sh', process.execPath];
      const started = spawn('unshare', args, { cwd: folder, stdio: 'inherit' });
      const [code] = (await once(started, 'close')) as [number];
      if (code === 77 || code === 1) skip('nothing may be mounted here');
      expect([code, textAt('real'), textAt('mounted'), modeAt('real')]).toEqual([
        0,
        'new content',
        '',
        0o600,
      ]);
    },
  );

  test('what is no file is refused, and stays', async () => {
    mkdirSync(at('d'));
    execFileSync('mkfifo', [at('p')]);
    symlinkSync('d', at('l'));
    for (const [name, sort] of [
      ['d', 'directory'],
      ['p', 'named pipe'],
      ['l', 'symlink'],
    ] as const) {
      await expect(replaceFile(at(name), 'x')).rejects.toThrow(telling(at(name), sort));
    }
    await expect(replaceFile('/', 'x')).rejects.toThrow(telling('/', 'directory'));
    expect(readdirSync(folder).sort()).toEqual(['d', 'l', 'p']);
  });

  test('a missing folder is an error of its own, unless it is made', async () => {
    const missing = replaceFile(at('a/b/f'), 'x');
    await expect(missing).rejects.toThrow(MissingFolder);
    await expect(missing).rejects.toThrow(telling(at('a/b')));
    expect(await makeFolders(at('a/b'))).toEqual([at('a'), at('a/b')]);
    expect(await makeFolders(at('a/b'))).toEqual([]);
    await replaceFile(at('a/b/f'), 'x');
    expect(textAt('a/b/f')).toBe('x');
  });
});

describe('links', () => {
  test('are followed where that is asked for, and stay links', async () => {
    writeFileSync(at('real'), 'old', { mode: 0o600 });
    symlinkSync('real', at('one'));
    symlinkSync('./one', at('two'));
    await replaceFile(at('two'), 'new', { followLinks: true });
    expect([readlinkSync(at('two')), textAt('real'), modeAt('real')]).toEqual([
      './one',
      'new',
      0o600,
    ]);
    symlinkSync('not/yet', at('dangling'));
    mkdirSync(at('not'));
    await replaceFile(at('dangling'), 'made', { followLinks: true });
    expect(textAt('not/yet')).toBe('made');
    symlinkSync('circle', at('circle'));
    await expect(replaceFile(at('circle'), 'x', { followLinks: true })).rejects.toThrow(
      telling(at('circle')),
    );
  });

  test.runIf(isRoot)('that somebody planted are refused, also in the folder‘s path', async () => {
    mkdirSync(at('theirs'));
    mkdirSync(at('mine'));
    writeFileSync(at('mine/f'), 'mine');
    symlinkSync('../mine/f', at('theirs/f'));
    symlinkSync('../mine', at('theirs/sub'));
    execFileSync('chown', ['-hR', '65534:65534', at('theirs')]);
    const through = replaceFile(at('theirs/f'), 'x', { followLinks: true });
    await expect(through).rejects.toThrow(telling(at('theirs/f'), '65534', 'mine/f'));
    const folders = telling(at('theirs/sub'), '65534', 'mine');
    await expect(replaceFile(at('theirs/sub/f'), 'x')).rejects.toThrow(folders);
    await expect(removeFile(at('theirs/sub/f'))).rejects.toThrow(folders);
    expect(textAt('mine/f')).toBe('mine');
    // A link to what is theirs, too, leads nowhere else.
    writeFileSync(at('theirs/real'), 'old');
    symlinkSync('real', at('theirs/fine'));
    execFileSync('chown', ['-hR', '65534:65534', at('theirs')]);
    await replaceFile(at('theirs/fine'), 'new', { followLinks: true });
    expect(textAt('theirs/real')).toBe('new');
  });

  test('that come into the folder‘s place while we work in it change nothing', async () => {
    mkdirSync(at('folder'));
    mkdirSync(at('victim'));
    writeFileSync(at('victim/f'), 'safe');
    const swap = async (): Promise<void> => {
      renameSync(at('folder'), at('moved'));
      symlinkSync('victim', at('folder'));
    };
    await replaceFile(at('folder/f'), 'new', { check: swap });
    expect([textAt('victim/f'), textAt('moved/f')]).toEqual(['safe', 'new']);
  });

  test('that come into the file‘s place while we work are not replaced', async () => {
    writeFileSync(at('f'), 'old');
    const swap = async (): Promise<void> => {
      rmSync(at('f'));
      symlinkSync('victim', at('f'));
    };
    await expect(replaceFile(at('f'), 'new', { check: swap })).rejects.toThrow(ChangedMeanwhile);
    expect([readlinkSync(at('f')), existsSync(at('victim'))]).toEqual(['victim', false]);
  });

  test('are made and replaced in one step; nothing else is', async () => {
    await replaceLink(at('l'), 'a');
    await replaceLink(at('l'), 'b');
    expect([readlinkSync(at('l')), readdirSync(folder)]).toEqual(['b', ['l']]);
    writeFileSync(at('f'), '');
    await expect(replaceLink(at('f'), 'a')).rejects.toThrow(telling(at('f'), 'file'));
    expect(readdirSync(folder)).toEqual(['f', 'l']);
  });
});

describe('what a kill left', () => {
  test('goes with the next file; what a running process writes stays', async () => {
    const script = using(
      'replaceFile.ts',
      'replaceFile',
      `
      await replaceFile('f', 'secret', { check: () => process.kill(process.pid, 'SIGKILL') });`,
    );
    await child(script);
    const [left = ''] = readdirSync(folder);
    expect([left.length, modeAt(left)]).toEqual([51, 0o600]);
    const [running, others] = [temporaryName(), '.sloth-x.partial'];
    writeFileSync(at(running), '');
    writeFileSync(at(others), '');
    await replaceFile(at('f'), 'x');
    expect(readdirSync(folder).sort()).toEqual([running, others, 'f'].sort());
  });

  test('does not keep a directory from going; what others left does', async () => {
    mkdirSync(at('d'));
    const script = using(
      'replaceFile.ts',
      'replaceFile',
      `
      await replaceFile('d/f', 'x', { check: () => process.kill(process.pid, 'SIGKILL') });`,
    );
    await child(script);
    expect(readdirSync(at('d'))).toHaveLength(1);
    writeFileSync(at('d/other'), '');
    await expect(removeDirectory(at('d'))).rejects.toThrow(telling(at('d')));
    expect(readdirSync(at('d'))).toEqual(['other']);
    await removeFile(at('d/other'));
    await removeDirectory(at('d'));
    await removeDirectory(at('d'));
    await removeFile(at('d/other'));
    expect(lstatSync(folder).isDirectory() && readdirSync(folder)).toEqual([]);
  });
});

function python(script: string): string {
  return execFileSync('python3', ['-c', script], { cwd: folder, encoding: 'utf8' });
}
