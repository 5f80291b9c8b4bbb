import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
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
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Attributes, PreImages, Properties, Provider } from '../../src/model/provider.ts';
import { findProvider } from '../../src/sdk/providers/builtinProviders.ts';
import { machineIn } from './describeProviders.ts';

const isRoot = process.geteuid?.() === 0;
const MOST = 1024 * 1024;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sloth-edges-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const textAt = (name: string): string => readFileSync(at(name), 'utf8');
const modeAt = (name: string): number => lstatSync(at(name)).mode & 0o7777;

async function providerOf(type: string): Promise<Provider & { preImages: PreImages }> {
  const provider = await findProvider(type);
  if (provider?.preImages === undefined) throw new Error(`no provider for ${type}`);
  return { ...provider, preImages: provider.preImages };
}

/** A declaration, ready, with what can be done with it. */
async function declared(type: string, given: Properties) {
  const [provider, machine] = [await providerOf(type), machineIn(folder)];
  const properties = provider.prepare(given, machine);
  const read = async (): Promise<Attributes | undefined> => {
    const actual = await provider.read(properties, machine);
    return actual.exists ? actual.attributes : undefined;
  };
  return {
    properties,
    read,
    expected: () => provider.expected(properties, machine),
    apply: async () =>
      provider.apply(properties, await provider.read(properties, machine), machine),
    remove: () => provider.delete(properties, machine),
    identity: () => provider.identity(properties),
    take: async () => provider.take?.(properties, (await read()) ?? {}, machine),
    refuses: (action: 'update' | 'delete') =>
      provider.preImages.refuses(properties, machine, { action, most: MOST }),
    keep: async (action: 'update' | 'delete') => {
      const image = await provider.preImages.keep(properties, machine, { action, most: MOST });
      return () => provider.preImages.putBack(properties, image, machine);
    },
  };
}

async function prepareOf(type: string, given: Properties): Promise<() => Properties> {
  const [provider, machine] = [await providerOf(type), machineIn(folder)];
  return () => provider.prepare(given, machine);
}

describe('a declaration that says nothing, or nothing that can be, is refused', () => {
  const digits = '0'.repeat(64);
  const wrong: readonly (readonly [string, Properties, string])[] = [
    ['file', { path: 'f' }, "neither 'content' nor 'source'"],
    ['file', { path: 'f', content: '', source: 's' }, "both 'content' and 'source'"],
    ['template', { path: 'f' }, "neither 'content' nor 'source'"],
    ['file', { path: 'f', content: '', checksum: `sha256:${digits}` }, "'checksum' is that of a"],
    ['file', { path: 'f', source: 's', checksum: 'md5:0' }, "'md5:0' is no checksum"],
    ['file', { path: 'f', content: '', mode: '0999' }, "'0999' is no mode"],
    ['directory', { path: 'd', mode: 'u=rwx' }, 'it says nothing of g and o'],
    ['file', { path: 'f', content: '', owner: '' }, "'' is no owner"],
    ['file', { path: 'f', content: '', group: '4294967295' }, 'no number that a group may have'],
    ['file', { path: 'f/', content: '' }, "ends with '/'"],
    ['symlink', { path: 'l/', target: 'x' }, "ends with '/'"],
    ['symlink', { path: 'l', target: '' }, 'is no target'],
    ...['', '.', '..', '/', './', 'a/..', '//'].map(
      (path) => ['directory', { path }, `'${path}' names no directory`] as const,
    ),
    ['file', { path: '~/f', content: '' }, "'~' of '~/f' is not expanded"],
    ['file', { path: 'f', source: '~root/x' }, 'is not expanded'],
    ['file', { path: 'f\0', content: '' }, 'NUL'],
  ];
  test.each(wrong)('%s %j', async (type, given, reason) => {
    expect(await prepareOf(type, given)).toThrow(reason);
  });

  test('what looks like it and is right is taken', async () => {
    for (const [type, given] of [
      ['file', { path: 'f', content: '' }],
      ['file', { path: './~', content: '' }],
      ['file', { path: '~x', content: '' }],
      ['file', { path: '..f', content: '' }],
      ['directory', { path: 'd/' }],
      ['directory', { path: 'd//' }],
    ] as const) {
      const each = await declared(type, given);
      await each.apply();
      expect(await each.read()).toEqual(await each.expected());
    }
    expect(textAt('f')).toBe('');
  });

  test('a mode is one mode, however it is written', async () => {
    for (const mode of ['640', '0640', '0o640', 'u=rw,g=r,o=']) {
      expect((await declared('file', { path: 'f', content: '', mode })).properties.mode).toBe(
        '0640',
      );
    }
  });
});

describe('a file', () => {
  test('whose folder is missing says so, and what to write', async () => {
    for (const [type, more] of [
      ['file', { content: 'x' }],
      ['template', { content: 'x' }],
      ['symlink', { target: 'x' }],
    ] as const) {
      const without = await declared(type, { path: 'a/b/f', ...more });
      await expect(without.apply()).rejects.toThrow(
        `the folder ${at('a/b')} is missing: declare it as a directory, or write parents = true`,
      );
      expect(readdirSync(folder)).toEqual([]);
      const parents = await declared(type, { path: 'a/b/f', parents: true, ...more });
      await parents.apply();
      expect(await parents.read()).toEqual(await parents.expected());
      await parents.remove();
      rmSync(at('a'), { recursive: true });
    }
    const strict = await declared('directory', { path: 'a/b', parents: false });
    await expect(strict.apply()).rejects.toThrow('is missing');
  });

  test('of an owner that there is not changes nothing', async () => {
    const file = await declared('file', {
      path: 'f',
      content: 'new',
      owner: 'nobody-of-this-name',
    });
    await expect(file.apply()).rejects.toThrow("there is no 'nobody-of-this-name'");
    const made = await declared('directory', { path: 'd', group: 'nobody-of-this-name' });
    await expect(made.apply()).rejects.toThrow("there is no 'nobody-of-this-name'");
    expect(readdirSync(folder)).toEqual([]);
  });

  test('behind a link is meant only where that is said', async () => {
    writeFileSync(at('real'), 'old', { mode: 0o600 });
    symlinkSync('real', at('l'));
    const link = await declared('file', { path: 'l', content: 'new' });
    expect(await link.read()).toEqual({ sort: 'symlink' });
    await expect(link.apply()).rejects.toThrow('is a symlink, not a file');
    const file = await declared('file', { path: 'l', content: 'new', follow_links: true });
    expect(file.identity()).toBe(
      (await declared('file', { path: 'real', content: '' })).identity(),
    );
    expect(link.identity()).not.toBe(file.identity());
    await file.apply();
    expect([readlinkSync(at('l')), textAt('real'), modeAt('real')]).toEqual(['real', 'new', 0o600]);
    await file.remove();
    expect(readdirSync(folder)).toEqual(['l']);
  });

  test('with holes keeps them as holes', async () => {
    writeFileSync(at('in'), 'x');
    truncateSync(at('in'), 64 * MOST);
    const file = await declared('file', { path: 'out', source: 'in' });
    await file.apply();
    const { size, blocks } = statSync(at('out'));
    expect(size).toBe(64 * MOST);
    expect(blocks * 512).toBeLessThanOrEqual(MOST);
    expect(await file.read()).toEqual(await file.expected());
    expect(await file.refuses('delete')).toContain('larger than');
  });

  test('that is its own source stays', async () => {
    writeFileSync(at('f'), 'text');
    const file = await declared('file', { path: 'f', source: 'f', mode: '0600' });
    await file.apply();
    expect([textAt('f'), modeAt('f')]).toEqual(['text', 0o600]);
  });

  test('is only handed over with the content that was declared', async () => {
    writeFileSync(at('f'), 'declared', { mode: 0o600 });
    const provider = await providerOf('file');
    const machine = machineIn(folder);
    const given = provider.prepare({ path: 'f', content: 'declared', mode: '0644' }, machine);
    const actual = await provider.read(given, machine);
    writeFileSync(at('secret'), 'of somebody', { mode: 0o600 });
    renameSync(at('secret'), at('f'));
    await expect(provider.apply(given, actual, machine)).rejects.toThrow(
      'changed by somebody else',
    );
    expect(modeAt('f')).toBe(0o600);
  });

  test('what is no text is not taken as one', async () => {
    const file = await declared('file', { path: 'f', content: 'x' });
    const { adopt } = await providerOf('file');
    writeFileSync(at('f'), Buffer.from([0x67, 0xfc]));
    await expect(file.take()).rejects.toThrow('is no UTF-8 text: keep a copy');
    await expect(adopt?.('f', machineIn(folder))).rejects.toThrow('is no UTF-8 text');
    writeFileSync(at('f'), 'x'.repeat(MOST + 1));
    await expect(adopt?.('f', machineIn(folder))).rejects.toThrow('larger than');
    writeFileSync(at('f'), '\ufeffwith a mark\r\n\0');
    expect((await adopt?.('f', machineIn(folder)))?.content).toBe('\ufeffwith a mark\r\n\0');
  });

  test('keeps its source where only something else is taken', async () => {
    writeFileSync(at('s'), 'x');
    const file = await declared('file', { path: 'f', source: 's', mode: '0600' });
    await file.apply();
    chmodSync(at('f'), 0o640);
    expect(await file.take()).toMatchObject({ source: at('s'), mode: '0640' });
    writeFileSync(at('f'), 'y');
    expect(await file.take()).toEqual({ path: at('f'), mode: '0640', content: 'y' });
    const template = await declared('template', { path: 't', content: '{{a}}', values: { a: 1 } });
    await template.apply();
    writeFileSync(at('t'), '2');
    await expect(template.take()).rejects.toThrow('bring the edit into the template');
  });

  test('made of a template in another encoding keeps its bytes', async () => {
    writeFileSync(at('s'), Buffer.from([0xfc, ...Buffer.from('={{a}}\r\n')]));
    const template = await declared('template', { path: 't', source: 's', values: { a: 'ü' } });
    await template.apply();
    expect(readFileSync(at('t'))).toEqual(Buffer.from([0xfc, ...Buffer.from('=ü\r\n')]));
    const unknown = await declared('template', { path: 'u', content: '{{toString}}', values: {} });
    await expect(unknown.apply()).rejects.toThrow("'toString', which has no value");
  });

  test.runIf(isRoot)('is declared by any name that its owner has', async () => {
    const names = readFileSync('/etc/passwd', 'utf8').split('\n');
    const second = names.find((each) => !each.startsWith('root:') && each.split(':')[2] === '0');
    for (const owner of ['root', '0', '00', ...(second ? [second.split(':')[0] ?? ''] : [])]) {
      const file = await declared('file', { path: 'f', content: '', owner });
      await file.apply();
      expect(await file.read()).toEqual(await file.expected());
    }
  });
});

test.runIf(isRoot)('a directory lets nobody in before it has its mode and owner', () => {
  chmodSync(folder, 0o777);
  const provider = resolve(
    import.meta.dirname,
    '../../src/providers/directory/directoryProvider.ts',
  );
  const script = `
    const { directoryProvider } = await import(${JSON.stringify(provider)});
    const properties = { path: ${JSON.stringify(at('d'))}, mode: '0700', owner: 'root' };
    await directoryProvider.apply(properties, { exists: false }, {});`;
  const flags = ['--input-type=module', '-e', script];
  const run = spawnSync(process.execPath, flags, { uid: 65534, gid: 65534, encoding: 'utf8' });
  expect(run.stderr).toContain('EPERM: operation not permitted: owner, group or mode of');
  expect(modeAt('d')).toBe(0o700);
});

describe('one sort of thing in the place of another', () => {
  const sorts: Readonly<Record<string, readonly [Properties, () => unknown]>> = {
    file: [{ content: 'x' }, () => writeFileSync(at('x'), 'mine', { mode: 0o640 })],
    directory: [{}, () => mkdirSync(at('x'), 0o710)],
    symlink: [{ target: 'y' }, () => symlinkSync('mine', at('x'))],
  };
  const pairs = Object.keys(sorts).flatMap((there) =>
    Object.keys(sorts).flatMap((wanted) => (there === wanted ? [] : [[there, wanted] as const])),
  );

  test.each(pairs)('a %s is replaced by a %s, and put back', async (there, wanted) => {
    sorts[there]?.[1]();
    const look = async (): Promise<unknown> => [
      await (await declared('file', { path: 'x', content: 'x', mode: '0000' })).read(),
      await (await declared('symlink', { path: 'x', target: 'x' })).read(),
      modeAt('x'),
    ];
    const before = await look();
    const object = await declared(wanted, { path: 'x', ...sorts[wanted]?.[0] });
    expect(await object.read()).toMatchObject({ sort: there });
    expect(await object.refuses('delete')).toBe('');
    const putBack = await object.keep('delete');
    await object.remove();
    await object.apply();
    expect(await object.read()).toEqual(await object.expected());
    await putBack();
    expect(await look()).toEqual(before);
  });

  test('a directory that holds something stays, whatever is declared', async () => {
    mkdirSync(at('x'));
    writeFileSync(at('x/mine'), 'mine');
    for (const type of Object.keys(sorts)) {
      const object = await declared(type, { path: 'x', ...sorts[type]?.[0] });
      await expect(object.remove()).rejects.toThrow('is not empty: what lies in it stays');
    }
    expect(textAt('x/mine')).toBe('mine');
  });

  test('a pipe is told, replaced, and said to be nothing that can be kept', async () => {
    execFileSync('mkfifo', [at('x')]);
    for (const type of Object.keys(sorts)) {
      const object = await declared(type, { path: 'x', ...sorts[type]?.[0] });
      expect(await object.read()).toEqual({ sort: 'named pipe' });
      expect(await object.refuses('delete')).toBe('it is a named pipe');
    }
    const file = await declared('file', { path: 'x', content: 'x' });
    await file.remove();
    await file.apply();
    expect(textAt('x')).toBe('x');
  });

  test('is left where that is said', async () => {
    const provider = await providerOf('file');
    const machine = machineIn(folder);
    const given = provider.prepare({ path: 'x', content: 'x' }, machine);
    symlinkSync('mine', at('x'));
    const left = provider.leaving?.(given, ['sort'], { sort: 'symlink' }) ?? {};
    expect(Object.keys(await provider.expected(left, machine))).toEqual(['content']);
    await provider.apply(left, await provider.read(left, machine), machine);
    expect(readlinkSync(at('x'))).toBe('mine');
  });
});

describe('what was there before', () => {
  test('comes back byte for byte, with what nobody declared', async () => {
    const bytes = Buffer.from([0, 0xff, 0xfe, 13, 10]);
    writeFileSync(at('f'), bytes);
    chmodSync(at('f'), 0o604);
    const file = await declared('file', { path: 'f', content: 'x' });
    for (const change of [file.apply, file.remove, async () => unlinkSync(at('f'))]) {
      const putBack = await file.keep('delete');
      await change();
      await putBack();
      expect([readFileSync(at('f')), modeAt('f')]).toEqual([bytes, 0o604]);
    }
  });

  test('takes no attribute back that others changed and nobody declared', async () => {
    writeFileSync(at('f'), 'old', { mode: 0o644 });
    const file = await declared('file', { path: 'f', content: 'new' });
    const putBack = await file.keep('update');
    await file.apply();
    chmodSync(at('f'), 0o600);
    await putBack();
    expect([textAt('f'), modeAt('f')]).toEqual(['old', 0o600]);
  });

  test('does not come back over what others wrote since', async () => {
    writeFileSync(at('f'), 'old');
    const file = await declared('file', { path: 'f', content: 'new' });
    const putBack = await file.keep('update');
    await file.apply();
    writeFileSync(at('f'), 'theirs');
    await expect(putBack()).rejects.toThrow('changed by somebody else since');
    expect(textAt('f')).toBe('theirs');
    mkdirSync(at('x'));
    const link = await declared('symlink', { path: 'x', target: 'y' });
    const back = await link.keep('delete');
    await link.remove();
    writeFileSync(at('x'), 'theirs');
    await expect(back()).rejects.toThrow('changed by somebody else since');
    expect(textAt('x')).toBe('theirs');
  });

  test('is not asked to be small where its content stays', async () => {
    writeFileSync(at('f'), 'x'.repeat(2 * MOST), { mode: 0o640 });
    const provider = await providerOf('file');
    const machine = machineIn(folder);
    const given = provider.prepare({ path: 'f', content: 'x', mode: '0600' }, machine);
    const left = provider.leaving?.(given, ['content'], {}) ?? {};
    const request = { action: 'update', most: MOST } as const;
    expect(await provider.preImages.refuses(given, machine, request)).toContain('larger than');
    expect(await provider.preImages.refuses(left, machine, request)).toBe('');
    const image = await provider.preImages.keep(left, machine, request);
    await provider.apply(left, await provider.read(left, machine), machine);
    expect(modeAt('f')).toBe(0o600);
    await provider.preImages.putBack(left, image, machine);
    expect([modeAt('f'), statSync(at('f')).size]).toEqual([0o640, 2 * MOST]);
    unlinkSync(at('f'));
    const gone = provider.preImages.putBack(left, image, machine);
    await expect(gone).rejects.toThrow('what it held was not kept');
  });
});

test('what is suggested can be pasted, whatever is in the names', async () => {
  const name = 'it\'s -a\n$(touch pwned) "ü"';
  writeFileSync(at('s'), 'x');
  for (const [type, more, attribute] of [
    ['file', { source: 's', mode: '0600' }, 'content'],
    ['file', { source: 's', mode: '0600' }, 'mode'],
    ['directory', { mode: '0700' }, 'exists'],
    ['directory', { mode: '0700' }, 'mode'],
    ['symlink', { target: `-${name}` }, 'target'],
  ] as const) {
    const object = await declared(type, { path: name, ...more });
    if (attribute === 'mode') await object.apply();
    const command = (await providerOf(type)).suggest(object.properties, attribute);
    expect(command.startsWith('$ ')).toBe(true);
    if (attribute === 'mode') chmodSync(at(name), 0o777);
    execFileSync('/bin/sh', ['-c', command.slice(2)], { cwd: folder });
    const [expected, actual] = [await object.expected(), await object.read()];
    const told = attribute === 'exists' ? 'sort' : attribute;
    expect(actual?.[told]).toEqual(expected[told]);
    expect(readdirSync(folder).sort()).toEqual([name, 's'].sort());
    await object.remove();
  }
});
