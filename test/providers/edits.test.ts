import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Properties, Provider } from '../../src/model/provider.ts';
import { blockProvider } from '../../src/providers/block/blockProvider.ts';
import { cronProvider } from '../../src/providers/cron/cronProvider.ts';
import { dotenvProvider } from '../../src/providers/dotenv/dotenvProvider.ts';
import { lineProvider } from '../../src/providers/line/lineProvider.ts';
import { replaceProvider } from '../../src/providers/replace/replaceProvider.ts';
import { formatLines, parseLines } from '../../src/providers/textLines.ts';
import { machineIn } from './describeProviders.ts';

/** A file of others, and one provider that edits it. */
function edited(provider: Provider, properties: Properties) {
  const folder = mkdtempSync(join(tmpdir(), 'sloth-edits-'));
  const end = (): void => rmSync(folder, { recursive: true, force: true });
  const path = join(folder, 'f');
  const machine = machineIn(folder);
  const prepared = provider.prepare({ path: 'f', ...properties }, machine);
  const request = { action: 'update', most: 1e6 } as const;
  return {
    path,
    end,
    write: (bytes: string): void => writeFileSync(path, bytes, 'latin1'),
    bytes: (): string => readFileSync(path, 'latin1'),
    prepare: (more: Properties): Properties =>
      provider.prepare({ path: 'f', ...properties, ...more }, machine),
    read: () => provider.read(prepared, machine),
    async apply(): Promise<void> {
      await provider.apply(prepared, await provider.read(prepared, machine), machine);
    },
    delete: () => provider.delete(prepared, machine),
    async keep(): Promise<() => Promise<void>> {
      const { preImages } = provider;
      if (preImages === undefined) throw new Error('it keeps nothing');
      const image = await preImages.keep(prepared, machine, request);
      return () => preImages.putBack(prepared, image, machine);
    },
  };
}

function withFile(provider: Provider, properties: Properties): ReturnType<typeof edited> {
  const file = edited(provider, properties);
  onTestFinished(file.end);
  return file;
}

/** Lines of a file as people and programs write them, any bytes among them. */
const someLine = fc.oneof(
  fc.constantFrom('key=old', 'key=new', '# BEGIN n', '# END n', 'export A=1', "A='x'", 'B=2', ''),
  fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((each) => String.fromCharCode(each)) }),
);
const someText = fc
  .tuple(
    fc.constantFrom('', '\u00ef\u00bb\u00bf'),
    fc.array(fc.tuple(someLine, fc.constantFrom('\n', '\r\n')), { maxLength: 12 }),
    fc.boolean(),
  )
  .map(([mark, lines, isOpen]) => {
    const text = lines.map(([line, end]) => line.replaceAll(/[\r\n]/g, '') + end).join('');
    return mark + (isOpen ? text.replace(/\r?\n$/, '') : text);
  });

test('a text taken apart at its lines is the same text again', () => {
  fc.assert(
    fc.property(someText, (text) => {
      expect(formatLines(parseLines(text))).toBe(text);
    }),
  );
});

describe.each<[string, Provider, Properties]>([
  ['line', lineProvider, { line: 'key=new', match: '^key=' }],
  ['line without an expression', lineProvider, { line: 'key=new' }],
  ['block', blockProvider, { name: 'n', content: 'one\ntwo' }],
  ['dotenv', dotenvProvider, { values: { A: "it's $HOME", B: '2' } }],
])('%s', (_, provider, properties) => {
  test('any file: applied once is enough, and what was there comes back byte for byte', () =>
    fc.assert(
      fc.asyncProperty(someText, async (text) => {
        const file = edited(provider, properties);
        try {
          file.write(text);
          const before = await file.read().catch(() => undefined);
          // A block whose end somebody deleted is told, and nothing is written.
          if (before === undefined) {
            await expect(file.apply()).rejects.toThrow('has no end');
            expect(file.bytes()).toBe(text);
            return;
          }
          const putBack = before.exists ? await file.keep() : file.delete;
          await file.apply();
          const applied = file.bytes();
          await file.apply();
          expect(file.bytes()).toBe(applied);
          await putBack();
          expect(file.bytes()).toBe(text);
        } finally {
          file.end();
        }
      }),
      { numRuns: 150 },
    ));
});

describe('a variable in a .env file', () => {
  const value = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom('a b', "it's", 'a"b', '$HOME', '`id`', '\\', "'$x'", 'a#b', 'a\nb', ' ', '\t'),
  );

  test('is exactly that to a shell that reads the file, whatever it is, and nothing is run', () =>
    fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 12 }), async (values) => {
        const plain = values.map((each) => each.replaceAll('\0', ''));
        const named = Object.fromEntries(plain.map((each, index) => [`V${index}`, each]));
        const file = edited(dotenvProvider, { values: named });
        try {
          await file.apply();
          const names = Object.keys(named).map((name) => `"$${name}"`);
          const script = `. "$0"; printf '%s\\0' ${names.join(' ')}`;
          const printed = execFileSync('sh', ['-c', script, file.path], {
            env: { PATH: process.env.PATH ?? '' },
          });
          expect(printed.toString().split('\0').slice(0, -1)).toEqual(plain);
          expect(await file.read()).toEqual({ exists: true, attributes: named });
          expect(statSync(file.path).mode & 0o777).toBe(0o600);
        } finally {
          file.end();
        }
      }),
      { numRuns: 40 },
    ));

  test.each([
    ['export A=1', '1'],
    ['A = 1', '1'],
    ['A="a b" # said', 'a b'],
    ["A='it'\"'\"'s'", "it's"],
    ['A="two\nlines"', 'two\nlines'],
    ['A=1\r', '1'],
    ['A=1\nA=2', '1, then 2'],
    ['A=$HOME', 'A=$HOME (expanded by a shell)'],
    ['A=1 rm -rf x', 'A=1 rm -rf x (expanded by a shell)'],
  ])('%j is read as %j', async (text, told) => {
    const file = withFile(dotenvProvider, { values: { A: 'x' } });
    file.write(`# mine\n${text}\n`);
    expect(await file.read()).toEqual({ exists: true, attributes: { A: told } });
    await file.apply();
    expect(await file.read()).toEqual({ exists: true, attributes: { A: 'x' } });
    expect(file.bytes()).toMatch(/^# mine\n/);
  });

  test('keeps its export, and a name that is none is refused', async () => {
    const file = withFile(dotenvProvider, { values: { A: 'x' } });
    file.write('  export A=1\r\n');
    await file.apply();
    expect(file.bytes()).toBe('  export A=x\r\n');
    expect(() => file.prepare({ values: { 'A B': '1' } })).toThrow('names no variable');
  });
});

describe('edits of files', () => {
  test('go through a link that its owner made, and keep it', async () => {
    const file = withFile(lineProvider, { line: 'key=new', match: '^key=' });
    const real = `${file.path}.real`;
    writeFileSync(real, 'key=old\n', { mode: 0o600 });
    symlinkSync(real, file.path);
    await file.apply();
    expect(lstatSync(file.path).isSymbolicLink()).toBe(true);
    expect([readFileSync(real, 'utf8'), statSync(real).mode & 0o777]).toEqual(['key=new\n', 0o600]);
  });

  test('never wait for a pipe', async () => {
    const file = withFile(lineProvider, { line: 'x' });
    execFileSync('mkfifo', [file.path]);
    await expect(file.read()).rejects.toThrow();
  });

  test('a missing folder is told, or made where that was declared', async () => {
    const file = withFile(lineProvider, { path: 'a/b/f', line: 'x' });
    await expect(file.apply()).rejects.toThrow('parents = true');
    const made = withFile(lineProvider, { path: 'a/b/f', line: 'x', parents: true });
    await made.apply();
    expect(await made.read()).toEqual({ exists: true, attributes: { line: 'x' } });
  });

  test.each<[Provider, Properties, string]>([
    [lineProvider, { line: 'a\nb' }, 'several lines'],
    [lineProvider, { line: 'a', match: '(' }, 'regular expression'],
    [blockProvider, { name: 'n', content: 'x\n# END n' }, 'holds the mark'],
    [blockProvider, { name: 'a\nb', content: 'x' }, 'several lines'],
    [cronProvider, { name: 'a\nb', schedule: '@daily', command: 'x' }, 'several lines'],
  ])(
    'what can not be brought about is refused where it is declared (%#)',
    (provider, given, why) => {
      const file = withFile(lineProvider, { line: 'x' });
      const machine = machineIn(join(file.path, '..'));
      expect(() => provider.prepare({ path: 'f', ...given }, machine)).toThrow(why);
    },
  );
});

describe('a replacement', () => {
  test.each([
    ['(?<=^debug = )true', 'false', 'debug = true\n', 'debug = false\n'],
    ['^(\\w+)=(\\w+)$', '$2=$1', 'a=b\r\nc=d\r\n', 'b=a\r\nd=c\r\n'],
    ['x', '$$', 'axb', 'a$b'],
    ['\u00fc', 'ue', 'gr\u00c3\u00bc\u00c3\u009fe', 'grue\u00c3\u009fe'],
  ])('%j by %j', async (match, put, before, after) => {
    const file = withFile(replaceProvider, { match, with: put });
    file.write(before);
    const swaps = match.startsWith('^(');
    if (swaps) await expect(file.apply()).rejects.toThrow('never end');
    else {
      const putBack = await file.keep();
      await file.apply();
      expect(file.bytes()).toBe(after);
      expect(await file.read()).toEqual({ exists: true, attributes: { remaining: 0 } });
      await putBack();
      expect(file.bytes()).toBe(before);
    }
  });

  test('is not taken back from a file that somebody wrote to since', async () => {
    const file = withFile(replaceProvider, { match: 'a', with: 'b' });
    file.write('a\n');
    const putBack = await file.keep();
    await file.apply();
    file.write('b\nmine\n');
    await expect(putBack()).rejects.toThrow('changed by somebody');
    expect(file.bytes()).toBe('b\nmine\n');
  });

  test('of a file that is not there says so', async () => {
    const file = withFile(replaceProvider, { match: 'a', with: 'b' });
    await expect(file.apply()).rejects.toThrow('there is no file');
  });
});

describe('a job of cron', () => {
  test('whose line somebody deleted takes nothing of the next one, and stands there once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sloth-edits-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const machine = machineIn(folder);
    const given = { name: 'b', schedule: '@daily', command: 'x', user: 'root', file: 'jobs' };
    const properties = cronProvider.prepare(given, machine);
    const path = join(folder, 'jobs');
    writeFileSync(path, '# sloth-runner: b\n# mine\nMAILTO=me\n@daily root other\n');
    expect(await cronProvider.read(properties, machine)).toEqual({ exists: false });
    await cronProvider.apply(properties, { exists: false }, machine);
    const text = readFileSync(path, 'utf8');
    expect(text).toBe('# sloth-runner: b\n@daily root x\n# mine\nMAILTO=me\n@daily root other\n');
    writeFileSync(path, `${text}# sloth-runner: b\n@hourly root x\n`);
    const twice = await cronProvider.read(properties, machine);
    expect(twice).toMatchObject({ attributes: { schedule: '2 times: @daily' } });
    await cronProvider.apply(properties, twice, machine);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
