import { deepStrictEqual, notDeepStrictEqual, ok } from 'node:assert/strict';
import { canonicalJson } from '../model/json.ts';
import type { ActualObject, Attributes, Properties } from '../model/provider.ts';
import type { ConformanceCase } from './ConformanceCase.ts';
import type { ProviderSubject } from './ProviderSubject.ts';
import { preImageCases } from './preImageCases.ts';
import type { Tried } from './Tried.ts';

export type ProviderFactory = () => Promise<ProviderSubject>;

/**
 * What every provider must do, against real objects: create → in sync → changed from outside → read
 * says exactly what differs → apply → in sync → apply again changes nothing → delete → gone → delete
 * again is fine. Of an object that it doesn't own, deleting changes nothing; what it only checks has to
 * come right by itself, for `apply` to see it.
 */
export function providerConformance(factory: ProviderFactory): ConformanceCase[] {
  const withSubject =
    (use: (subject: Tried) => Promise<void>): (() => Promise<void>) =>
    async () => {
      const subject = await factory();
      try {
        await use(tried(subject));
      } finally {
        await subject.dispose();
      }
    };

  return [
    {
      name: 'what is not there reads as missing, and deleting it is fine',
      run: withSubject(async ({ read, remove, role }) => {
        if (role !== 'owns') return;
        deepStrictEqual(await read(), { exists: false });
        await remove();
        deepStrictEqual(await read(), { exists: false });
      }),
    },
    {
      name: 'what was applied is in sync, and reading changes nothing',
      run: withSubject(async ({ apply, differing, read }) => {
        await apply();
        deepStrictEqual(await differing(), []);
        deepStrictEqual(await read(), await read());
      }),
    },
    {
      name: 'a change from outside is read exactly, and put right',
      run: withSubject(async ({ apply, differing, subject, read }) => {
        await apply();
        await subject.disturb();
        if (subject.disturbed.length === 0) deepStrictEqual(await read(), { exists: false });
        else deepStrictEqual(await differing(), [...subject.disturbed].sort());
        await apply();
        deepStrictEqual(await differing(), []);
      }),
    },
    {
      name: 'applying again changes nothing',
      run: withSubject(async ({ apply, read }) => {
        await apply();
        const before = await read();
        await apply();
        deepStrictEqual(attributesOf(await read()), attributesOf(before));
      }),
    },
    {
      name: 'another declaration of the same object is seen, and applied',
      run: withSubject(async ({ apply, differing, subject, role }) => {
        await apply();
        notDeepStrictEqual(await differing(subject.changed), []);
        if (role === 'checks') return;
        await apply(subject.changed);
        deepStrictEqual(await differing(subject.changed), []);
      }),
    },
    {
      name: 'what was deleted is gone (what it does not own is as before), and deleting it again is fine',
      run: withSubject(async ({ apply, read, remove, role }) => {
        await apply();
        const before = await read();
        await remove();
        deepStrictEqual(await read(), role === 'owns' ? { exists: false } : before);
        await remove();
      }),
    },
    {
      name: 'what is there is adopted as it is',
      run: withSubject(async ({ apply, read, subject }) => {
        const { provider, machine, id } = subject;
        if (provider.adopt === undefined || id === undefined) return;
        await apply();
        const adopted = provider.prepare(await provider.adopt(id, machine), machine);
        const before = await read();
        const expected = await provider.expected(adopted, machine);
        const actual = attributesOf(await provider.read(adopted, machine));
        deepStrictEqual(canonicalJson(actual), canonicalJson(expected));
        deepStrictEqual(await read(), before);
        deepStrictEqual(provider.identity(adopted), provider.identity(prepared(subject)));
      }),
    },
    {
      name: 'every attribute it tells has a meaning, and every property a help text',
      run: withSubject(async ({ apply, read, subject }) => {
        await apply();
        const { attributes, properties } = subject.provider;
        const open = Object.keys(attributes).length === 0;
        for (const name of Object.keys(attributesOf(await read()) ?? {})) {
          ok(open || name in attributes, `${name} has no schema`);
        }
        for (const [name, { help }] of Object.entries(properties)) ok(help !== '', name);
        for (const name of Object.keys(attributes)) {
          ok(subject.provider.suggest(subject.properties, name) !== '', name);
        }
      }),
    },
    ...preImageCases(withSubject),
  ];
}

function prepared({ provider, machine, properties }: ProviderSubject): Properties {
  return provider.prepare(properties, machine);
}

function tried(subject: ProviderSubject): Tried {
  const { provider, machine } = subject;
  const ready = (properties = subject.properties): Properties =>
    prepared({ ...subject, properties });
  const read: Tried['read'] = (properties) => provider.read(ready(properties), machine);
  return {
    subject,
    role: provider.role ?? 'owns',
    read,
    apply: async (properties) => {
      const given = ready(properties);
      await provider.apply(given, await provider.read(given, machine), machine);
    },
    remove: () => provider.delete(ready(), machine),
    differing: async (properties) => {
      const given = ready(properties);
      const expected = await provider.expected(given, machine);
      const actual = attributesOf(await provider.read(given, machine)) ?? {};
      return Object.keys(expected)
        .filter((name) => JSON.stringify(expected[name]) !== JSON.stringify(actual[name]))
        .sort();
    },
  };
}

function attributesOf(actual: ActualObject): Attributes | undefined {
  return actual.exists ? actual.attributes : undefined;
}
