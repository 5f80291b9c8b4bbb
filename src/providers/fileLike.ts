import { digestOf, digestOfHandle } from '../files/digestOf.ts';
import { followLinks } from '../files/followLinks.ts';
import { identityOfPath } from '../files/identityOfPath.ts';
import { lookAt, sortOf } from '../files/lookAt.ts';
import { withSeen } from '../files/openRegular.ts';
import { setFileOwnership } from '../files/ownership.ts';
import { readRegular } from '../files/readRegular.ts';
import { removeEntry } from '../files/removeEntry.ts';
import { type FileContent, replaceFile } from '../files/replaceFile.ts';
import type {
  ActualObject,
  Properties,
  PropertySchema,
  Provider,
  ProviderMachine,
  ReadBounds,
} from '../model/provider.ts';
import { formatSize } from '../model/size.ts';
import { entryImages } from './entryImages.ts';
import {
  actualOwnership,
  declaredIds,
  declaredOwnership,
  expectedOwnership,
  ownershipAttributes,
  ownershipProperties,
  preparedOwnership,
  suggestOwnership,
  traceOf,
} from './ownership.ts';
import { placeIn } from './pathIn.ts';
import { sameNamed, textOf } from './property.ts';
import { expectedSort, leavingEntry, sortAttribute } from './sortAttribute.ts';
import { parentsProperty, writeEntry } from './writeEntry.ts';

/** The most bytes that a declaration is given as its content. */
const MOST_DECLARED = 1024 * 1024;

/** A file of many gigabytes takes its time, in milliseconds. */
const BOUNDS: ReadBounds = { most: 16, timeout: 5 * 60_000 };

/** Where the content of a type of files comes from. */
export interface FileKind {
  readonly type: string;
  /** The properties that say what the content is. */
  readonly contentProperties: Readonly<Record<string, PropertySchema>>;
  /** Makes these independent of where they stand; throws what is wrong with them. */
  readonly prepare: (properties: Properties, machine: ProviderMachine) => Properties;
  /** The digest that the content should have. */
  readonly digest: (properties: Properties, machine: ProviderMachine) => Promise<string>;
  /** Whether the same declaration gives another content at another time. */
  readonly mayChange: (properties: Properties) => boolean;
  /** Lends the content to whoever writes it. */
  readonly withContent: (
    properties: Properties,
    machine: ProviderMachine,
    write: (content: FileContent) => Promise<unknown>,
  ) => Promise<unknown>;
  /** Looks at the new file before it takes the old one's place. */
  readonly check?: (
    properties: Properties,
    machine: ProviderMachine,
    candidate: string,
  ) => Promise<void>;
  /** Why an edited content can't be taken into the declaration, where it can't. */
  readonly untakable?: string;
  /** How a person would put the content right. */
  readonly suggestContent: (properties: Properties) => string;
}

/** A provider of files, by where their content comes from. */
export function fileLike(kind: FileKind): Provider {
  const declaresContent = ({ content, source }: Properties): boolean =>
    content !== undefined || source !== undefined;

  const provider: Provider = {
    type: kind.type,
    bounds: BOUNDS,
    properties: {
      path: { type: 'text', help: 'where it lies', required: true },
      ...kind.contentProperties,
      follow_links: { type: 'flag', help: 'where a link lies there, mean the file behind it' },
      ...parentsProperty,
      ...ownershipProperties,
    },
    attributes: {
      ...sortAttribute,
      content: { kind: 'configuration', severity: 'high', impact: 'Works with another content' },
      ...ownershipAttributes,
    },

    prepare(properties, machine) {
      const path = placeIn(machine, textOf(properties, 'path'));
      refuseNoContent(properties);
      return {
        ...properties,
        path,
        ...kind.prepare(properties, machine),
        ...preparedOwnership(properties),
      };
    },

    identity: (properties) => identityOfPath(textOf(properties, 'path'), follows(properties)),
    makesPlace: true,
    place: (properties) => textOf(properties, 'path'),

    leaving: (properties, attributes) =>
      leavingEntry(properties, attributes, { content: Object.keys(kind.contentProperties) }),

    async expected(properties, machine) {
      const content = declaresContent(properties)
        ? { content: await kind.digest(properties, machine) }
        : {};
      return { ...expectedSort(properties, 'file'), ...content, ...expectedOwnership(properties) };
    },

    async read(properties): Promise<ActualObject> {
      const path = await placeOf(properties);
      const stat = await lookAt(path);
      if (stat === undefined) return { exists: false };
      if (!stat.isFile()) return { exists: true, attributes: { sort: sortOf(stat) } };
      return withSeen(path, async (file) => {
        const content = await digestOfHandle(file.handle, Number(file.stat.size));
        const ownership = await actualOwnership(properties, file.stat);
        return { exists: true, attributes: { sort: 'file', content, ...ownership } };
      });
    },

    async apply(properties, actual, machine): Promise<void> {
      // Before anything is done: there may be no such user.
      const ids = await declaredIds(properties);
      const found = actual.exists ? actual.attributes : {};
      if (properties.sort === null && found.sort !== 'file') return;
      const path = textOf(properties, 'path');
      const known = textOf(found, 'content');
      const wanted = declaresContent(properties) ? await kind.digest(properties, machine) : known;
      if (known === wanted) return setFileOwnership(path, wanted, ids, follows(properties));
      const { check } = kind;
      const options = {
        ...ids,
        ...follows(properties),
        digest: wanted,
        ...(check === undefined
          ? {}
          : { check: (candidate: string) => check(properties, machine, candidate) }),
      };
      await writeEntry(path, properties.parents === true, () =>
        kind.withContent(properties, machine, (content) => replaceFile(path, content, options)),
      );
    },

    delete: async (properties) => removeEntry(await placeOf(properties)),

    preImages: entryImages({
      sort: 'file',
      place: placeOf,
      declaresContent,
      applied: async (properties, machine) =>
        kind.mayChange(properties) || !declaresContent(properties)
          ? undefined
          : kind.digest(properties, machine),
    }),

    async take(properties, actual, machine) {
      if (actual.sort !== 'file') throw new Error(`a ${String(actual.sort)} lies in its place`);
      const taken = { ...properties, ...sameNamed(properties, { ...actual, content: null }) };
      const isSame =
        !declaresContent(properties) ||
        actual.content === (await kind.digest(properties, machine).catch(() => ''));
      if (isSame) return taken;
      if (kind.untakable !== undefined) throw new Error(kind.untakable);
      return withContentOf(kind, taken);
    },

    trace: (properties) => traceOf(textOf(properties, 'path')),

    suggest(properties, attribute) {
      const ownership = suggestOwnership(properties, attribute);
      if (ownership !== undefined) return ownership;
      if (attribute !== 'sort') return kind.suggestContent(properties);
      return `Move away what lies at ${textOf(properties, 'path')}, and run the workflow again`;
    },
  };
  return provider;
}

/** Where the file lies: behind the links where they are followed. */
async function placeOf(properties: Properties): Promise<string> {
  const path = textOf(properties, 'path');
  return properties.follow_links === true ? followLinks(path) : path;
}

function follows(properties: Properties): { readonly followLinks: boolean } {
  return { followLinks: properties.follow_links === true };
}

/** An empty file is one with an empty content; a declaration that forgot it must not empty a file. */
function refuseNoContent({ content, source }: Properties): void {
  if (content === undefined && source === undefined) {
    throw new Error(
      "it has neither 'content' nor 'source': for an empty file, write content = \"\"",
    );
  }
  if (content !== undefined && source !== undefined) {
    throw new Error("it has both 'content' and 'source': one of them says what it holds");
  }
}

/** The declaration with what the file holds now as its content, where a text can say that. */
async function withContentOf(kind: FileKind, properties: Properties): Promise<Properties> {
  const names = Object.keys(kind.contentProperties);
  const rest = Object.entries(properties).filter(([name]) => !names.includes(name));
  const path = await placeOf(properties);
  return { ...Object.fromEntries(rest), content: await declarableContent(path) };
}

/** An existing file, as a declaration would say it. */
export async function adoptFile(id: string, machine: ProviderMachine): Promise<Properties> {
  const path = placeIn(machine, id);
  const stat = await lookAt(path);
  if (stat === undefined) throw new Error(`there is nothing at ${path}`);
  if (!stat.isFile()) throw new Error(`${path} is a ${sortOf(stat)}`);
  return { path, content: await declarableContent(path), ...(await declaredOwnership(stat)) };
}

/**
 * What a file holds, as the text of a declaration. Rejects where that would be another content: where it
 * is no UTF-8, or too large for anybody to want it in a workflow.
 */
async function declarableContent(path: string): Promise<string> {
  const stat = await lookAt(path);
  const way = 'keep a copy of it beside the workflow, and declare that as its source';
  if (stat !== undefined && stat.size > MOST_DECLARED) {
    throw new Error(`${path} is larger than ${formatSize(MOST_DECLARED)}: ${way}`);
  }
  const bytes = (await readRegular(path))?.bytes ?? Buffer.alloc(0);
  const text = bytes.toString('utf8');
  if (digestOf(text) !== digestOf(bytes)) throw new Error(`${path} is no UTF-8 text: ${way}`);
  return text;
}
