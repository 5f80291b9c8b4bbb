import { editFile, readEdited } from '../files/editFile.ts';
import { identityOfPath } from '../files/identityOfPath.ts';
import { lookAt } from '../files/lookAt.ts';
import type {
  PreImages,
  Properties,
  PropertySchema,
  Provider,
  ProviderMachine,
} from '../model/provider.ts';
import { placeIn } from './pathIn.ts';
import { textOf } from './property.ts';
import { formatLines, type Line, type PlacedLine, parseLines, putBackLines } from './textLines.ts';
import { parentsProperty, writeEntry } from './writeEntry.ts';

/** The properties of everything that edits a file of others. */
export const editProperties: Readonly<Record<string, PropertySchema>> = {
  path: { type: 'text', help: 'the file it stands in', required: true },
  follow_links: {
    type: 'flag',
    help: 'edit the file that a link at the path leads to, and keep the link (default: true)',
  },
  ...parentsProperty,
};

/** What an edit has in common with all others: a place, and the file behind it. */
export function editing(
  identity: (properties: Properties) => string,
): Pick<Provider, 'identity' | 'place'> {
  return {
    identity: (properties) => {
      const path = identityOfPath(textOf(properties, 'path'), { followLinks: follows(properties) });
      return `${path} ${identity(properties)}`;
    },
    place: (properties) => textOf(properties, 'path'),
  };
}

/** The declaration with its path made absolute. */
export function placedEdit(properties: Properties, machine: ProviderMachine): Properties {
  return { ...properties, path: placeIn(machine, textOf(properties, 'path')) };
}

/** The lines of a file; none where it isn't there. One character a byte. */
export async function readLines(properties: Properties): Promise<readonly Line[]> {
  const path = textOf(properties, 'path');
  const { text } = await readEdited(path, { followLinks: follows(properties) });
  return parseLines(text).lines;
}

/** Whether there is a file to edit. */
export async function hasFile(properties: Properties): Promise<boolean> {
  return (await lookAt(textOf(properties, 'path'))) !== undefined;
}

/** Gives a file other lines, in turn with all other edits of it; `mode` is that of a new file. */
export function editLines(
  properties: Properties,
  edit: (lines: readonly Line[]) => readonly Line[],
  mode?: number,
): Promise<void> {
  return editText(
    properties,
    (text) => {
      const { mark, lines } = parseLines(text);
      return formatLines({ mark, lines: edit(lines) });
    },
    mode,
  );
}

/** As `editLines`, for those who see the text as a whole. */
export async function editText(
  properties: Properties,
  edit: (text: string) => string,
  mode?: number,
): Promise<void> {
  const path = textOf(properties, 'path');
  const isNew = mode !== undefined && (await lookAt(path)) === undefined;
  const options = { followLinks: follows(properties), ...(isNew ? { mode } : {}) };
  await writeEntry(path, properties.parents === true, () =>
    editFile(path, ({ text }) => edit(text), options),
  );
}

/**
 * What lines of a file were, by their places: nothing else of the file is kept. `own` gives the places of
 * the lines that are the object's.
 */
export function lineImages(
  own: (lines: readonly Line[], properties: Properties) => readonly number[],
): PreImages {
  return {
    refuses: async () => '',
    async keep(properties) {
      const lines = await readLines(properties);
      const kept = own(lines, properties).map((at) => ({ at, text: '', end: '', ...lines[at] }));
      return { data: { lines: kept } };
    },
    async putBack(properties, { data }) {
      const kept = data.lines as unknown as readonly PlacedLine[];
      await editLines(properties, (lines) =>
        putBackLines(lines, new Set(own(lines, properties)), kept),
      );
    },
  };
}

function follows(properties: Properties): boolean {
  return properties.follow_links !== false;
}
