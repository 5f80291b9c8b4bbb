import { bytesOfText, textOfBytes, toBytesText } from '../../files/bytesText.ts';
import { editFile, readEdited } from '../../files/editFile.ts';
import { lookAt } from '../../files/lookAt.ts';
import type { PreImages, Properties, Provider } from '../../model/provider.ts';
import { formatSize } from '../../model/size.ts';
import { editing, editProperties, editText, hasFile, placedEdit } from '../edits.ts';
import { traceOf } from '../ownership.ts';
import { textOf } from '../property.ts';
import { expandReplacement } from './expandReplacement.ts';

const { parents: _parents, ...ownProperties } = editProperties;

/**
 * Text in a file that others write, put in the place of what an expression matches. Deleting the resource
 * leaves the file as it is; what was there before a run is kept like that of every other object.
 */
export const replaceProvider: Provider = {
  type: 'replace',
  role: 'adjusts',
  properties: {
    ...ownProperties,
    match: { type: 'text', help: 'a regular expression of what is replaced', required: true },
    with: { type: 'text', help: 'what comes in its place; $1 is the first group', required: true },
  },
  attributes: {
    remaining: { kind: 'configuration', severity: 'medium', impact: 'The old text is back' },
  },
  prepare(properties, machine) {
    expressionOf(properties);
    return placedEdit(properties, machine);
  },
  ...editing((properties) => textOf(properties, 'match')),
  expected: async () => ({ remaining: 0 }),

  async read(properties) {
    if (!(await hasFile(properties))) return { exists: false };
    const { text } = await readEdited(textOf(properties, 'path'), linksOf(properties));
    return { exists: true, attributes: { remaining: countChanges(text, properties) } };
  },

  async apply(properties) {
    const path = textOf(properties, 'path');
    if (!(await hasFile(properties)))
      throw new Error(`there is no file ${path} to replace text in`);
    await editText(properties, (text) => withReplacement(text, properties));
  },

  delete: async () => {},
  preImages: {
    async refuses(properties, _, { most }) {
      const stat = await lookAt(textOf(properties, 'path'));
      return (stat?.size ?? 0) > most ? `it is larger than ${formatSize(most)}` : '';
    },
    async keep(properties) {
      const { text } = await readEdited(textOf(properties, 'path'), linksOf(properties));
      return { data: {}, content: bytesOfText(text) };
    },
    putBack: (properties, { content }) =>
      putBack(properties, textOfBytes(content ?? new Uint8Array())),
  } satisfies PreImages,
  trace: (properties) => traceOf(textOf(properties, 'path')),
  suggest: (properties) =>
    `Replace ${textOf(properties, 'match')} by ${textOf(properties, 'with')} in ${textOf(properties, 'path')}`,
};

/** A text with what is to be replaced replaced; pure. Throws where that would never come to an end. */
export function withReplacement(text: string, properties: Properties): string {
  const next = replacedIn(text, properties);
  if (countChanges(next, properties) > 0) {
    throw new Error('what is put in matches the expression again, so this would never end');
  }
  return next;
}

/** Only where nobody wrote to the file since: which of its words were ours can't be told by then. */
async function putBack(properties: Properties, before: string): Promise<void> {
  const path = textOf(properties, 'path');
  const after = replacedIn(before, properties);
  await editFile(
    path,
    ({ text, exists }) => {
      if (text === after || text === before || !exists) return before;
      throw new Error(`${path} was changed by somebody since, so it is left as it is`);
    },
    linksOf(properties),
  );
}

function replacedIn(text: string, properties: Properties): string {
  return text.replaceAll(expressionOf(properties), toBytesText(textOf(properties, 'with')));
}

/** Matches that a replacement would change; one that gives the same text again is none. */
function countChanges(text: string, properties: Properties): number {
  const put = toBytesText(textOf(properties, 'with'));
  return [...text.matchAll(expressionOf(properties))].filter(
    (found) => expandReplacement(put, found) !== found[0],
  ).length;
}

/** On texts that have one character a byte. */
function expressionOf(properties: Properties): RegExp {
  return new RegExp(toBytesText(textOf(properties, 'match')), 'gm');
}

function linksOf(properties: Properties): { followLinks: boolean } {
  return { followLinks: properties.follow_links !== false };
}
