import { deepStrictEqual, ok } from 'node:assert/strict';
import { canonicalJson } from '../model/json.ts';
import type {
  ActualObject,
  PreImageRequest,
  PreImages,
  Properties,
  Provider,
} from '../model/provider.ts';
import type { ConformanceCase } from './ConformanceCase.ts';
import type { Tried } from './Tried.ts';

/** As much as any sample holds. */
const MOST = 1024 * 1024;

/**
 * What every provider that changes objects must do with what they were: kept before an update or a
 * deletion, it is put back as it was; a change from outside meanwhile stays, or makes it refuse. What is
 * to be left as it is, is neither expected nor touched.
 */
export function preImageCases(
  withSubject: (use: (subject: Tried) => Promise<void>) => () => Promise<void>,
): ConformanceCase[] {
  const withImages = (use: (given: Tried & Kept) => Promise<void>): (() => Promise<void>) =>
    withSubject(async (each) => {
      const images = imagesOf(each.subject.provider);
      if (each.role === 'checks' || images === undefined) return;
      await each.apply();
      const before = await each.read();
      const seen = await each.read(each.subject.changed);
      const isBefore = async (): Promise<boolean> =>
        isSame(await each.read(), before) && isSame(await each.read(each.subject.changed), seen);
      await use({ ...each, before, isBefore, keep: keeper(each, images) });
    });

  return [
    {
      name: 'what it was before an update is put back; once more changes nothing',
      run: withImages(async ({ apply, subject, keep, isBefore }) => {
        const putBack = await keep('update', subject.changed);
        if (putBack === undefined) return;
        await apply(subject.changed);
        await putBack();
        ok(await isBefore());
        await putBack();
        ok(await isBefore());
      }),
    },
    {
      name: 'what it was is put back, too, where it was not touched, or is gone by now',
      run: withImages(async ({ role, apply, read, remove, subject, keep, isBefore }) => {
        const putBack = await keep('update', subject.changed);
        if (putBack === undefined) return;
        await putBack();
        ok(await isBefore());
        if (role !== 'owns') return;
        await apply(subject.changed);
        await remove();
        // What people put in it went with it: a new empty one would not be what it was.
        if (subject.provider.holdsData === true) await putBack().catch(() => {});
        else await putBack();
        ok((await isBefore()) || (subject.provider.holdsData === true && !(await read()).exists));
      }),
    },
    {
      name: 'what it was before it was deleted is put back, also after it was made anew',
      run: withImages(async ({ role, apply, read, remove, subject, keep, isBefore }) => {
        if (role !== 'owns') return;
        const putBack = await keep('delete', subject.changed);
        if (putBack === undefined) return;
        await remove();
        await putBack();
        ok(await isBefore());
        await remove();
        deepStrictEqual(await read(), { exists: false });
        await apply(subject.changed);
        await putBack();
        ok(await isBefore());
      }),
    },
    {
      name: 'a change from outside since then stays, or nothing is put back',
      run: withImages(async ({ apply, read, subject, keep, isBefore }) => {
        const putBack = await keep('update', subject.changed);
        if (putBack === undefined) return;
        await apply(subject.changed);
        await subject.disturb();
        const disturbed = await read();
        const isPut = await putBack().then(
          () => true,
          () => false,
        );
        ok(isPut ? await isBefore() : isSame(await read(), disturbed));
      }),
    },
    {
      name: 'what is left as it is, is neither expected nor touched',
      run: withSubject(async ({ role, apply, read, subject }) => {
        const { provider, machine } = subject;
        const { leaving } = provider;
        if (role === 'checks' || leaving === undefined) return;
        await apply();
        await subject.disturb();
        const given = provider.prepare(subject.properties, machine);
        const actual = await read();
        if (!actual.exists) return;
        for (const attribute of subject.disturbed) {
          const left = leaving(given, [attribute], actual.attributes);
          ok(!(attribute in (await provider.expected(left, machine))), attribute);
          await provider.apply(left, actual, machine);
          const after = await read();
          ok(after.exists, attribute);
          deepStrictEqual(after.attributes[attribute], actual.attributes[attribute]);
        }
      }),
    },
  ];
}

/** What is done with a subject's pre-image. */
interface Kept {
  readonly before: ActualObject;
  /** Whether the object is as it was, as far as both declarations tell. */
  readonly isBefore: () => Promise<boolean>;
  /** Keeps what is there; gives how to put it back, and nothing where it can't be kept. */
  readonly keep: (
    action: PreImageRequest['action'],
    properties: Properties,
  ) => Promise<(() => Promise<void>) | undefined>;
}

function keeper({ subject }: Tried, images: PreImages): Kept['keep'] {
  const { machine, provider } = subject;
  return async (action, given) => {
    const properties = provider.prepare(given, machine);
    const request = { action, most: MOST };
    if ((await images.refuses(properties, machine, request)) !== '') return undefined;
    const image = await images.keep(properties, machine, request);
    // As the stack gives it back: through JSON.
    const stored = { ...image, data: JSON.parse(JSON.stringify(image.data)) };
    return () => images.putBack(properties, stored, machine);
  };
}

/**
 * How a provider keeps what its objects were: by itself, or as the declaration that `take` gives, which is
 * not all of an object that holds what others put in.
 */
function imagesOf(provider: Provider): PreImages | undefined {
  const { preImages, take, holdsData } = provider;
  if (preImages !== undefined || take === undefined || holdsData === true) return preImages;
  return {
    refuses: async () => '',
    keep: async (properties, machine) => {
      const actual = await provider.read(properties, machine);
      if (!actual.exists) throw new Error('there is nothing to keep');
      return { data: { ...(await take(properties, actual.attributes, machine)) } };
    },
    putBack: async (_properties, { data }, machine) => {
      await provider.apply(data, await provider.read(data, machine), machine);
    },
  };
}

function isSame(one: ActualObject, other: ActualObject): boolean {
  return canonicalJson({ ...one }) === canonicalJson({ ...other });
}
