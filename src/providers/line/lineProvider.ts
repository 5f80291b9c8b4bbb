import { lookAt } from '../../files/lookAt.ts';
import { readText } from '../../files/readText.ts';
import { replaceFile } from '../../files/replaceFile.ts';
import type { Provider } from '../../model/provider.ts';
import { linesOf, textFrom } from '../lines.ts';
import { traceOf } from '../ownership.ts';
import { pathIn } from '../pathIn.ts';
import { optionalText, textOf } from '../property.ts';

/** One line in a file that others write too: there, once, or in the place of the one that matches. */
export const lineProvider: Provider = {
  type: 'line',
  properties: {
    path: { type: 'text', help: 'the file it stands in', required: true },
    line: { type: 'text', help: 'the line as it should be', required: true },
    match: { type: 'text', help: 'a regular expression of the line it replaces' },
  },
  attributes: {
    line: { kind: 'configuration', severity: 'medium', impact: 'The setting has another value' },
  },
  prepare: (properties, machine) => ({
    ...properties,
    path: pathIn(machine, textOf(properties, 'path')),
  }),
  identity: (properties) =>
    `${textOf(properties, 'path')} ${optionalText(properties, 'match') ?? textOf(properties, 'line')}`,
  expected: async (properties) => ({ line: textOf(properties, 'line') }),

  async read(properties) {
    const path = textOf(properties, 'path');
    const [text, stat] = [await readText(path), await lookAt(path)];
    const found = linesOf(text ?? '').find(matcherOf(properties));
    if (found === undefined || stat === undefined) return { exists: false };
    return { exists: true, attributes: { line: found } };
  },

  async apply(properties) {
    const path = textOf(properties, 'path');
    const [lines, matches] = [linesOf((await readText(path)) ?? ''), matcherOf(properties)];
    const at = lines.findIndex(matches);
    const line = textOf(properties, 'line');
    const rest = lines.filter((each, index) => index === at || !matches(each));
    const changed =
      at === -1 ? [...lines, line] : rest.map((each, index) => (index === at ? line : each));
    await replaceFile(path, textFrom(changed));
  },

  async delete(properties) {
    const path = textOf(properties, 'path');
    const text = await readText(path);
    if (text === undefined) return;
    const matches = matcherOf(properties);
    const kept = linesOf(text).filter((each) => !matches(each));
    if (kept.length < linesOf(text).length) {
      await replaceFile(path, textFrom(kept));
    }
  },

  trace: (properties) => traceOf(textOf(properties, 'path')),

  suggest: (properties) =>
    `Set the line '${textOf(properties, 'line')}' in ${textOf(properties, 'path')}`,
};

/** The line itself always counts, or a changed expression would add it a second time. */
function matcherOf(properties: Parameters<Provider['identity']>[0]): (line: string) => boolean {
  const [line, match] = [textOf(properties, 'line'), optionalText(properties, 'match')];
  const expression = match === undefined ? undefined : new RegExp(match);
  return (each) => each === line || expression?.test(each) === true;
}
