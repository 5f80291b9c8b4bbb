import { fromBytesText, toBytesText } from '../../files/bytesText.ts';
import { readEdited } from '../../files/editFile.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Attributes, PreImages, Properties, Provider } from '../../model/provider.ts';
import { editing, editProperties, editText, hasFile, placedEdit } from '../edits.ts';
import { traceOf } from '../ownership.ts';
import { placeIn } from '../pathIn.ts';
import { textOf } from '../property.ts';
import { type DotenvPiece, formatDotenv, parseDotenv, quoteDotenv } from './dotenvText.ts';

/** For its owner alone: what such files hold is a secret more often than not. */
const MODE = 0o600;

/** Variables in a `.env` file; what else stands in it is somebody else's. */
export const dotenvProvider: Provider = {
  type: 'dotenv',
  properties: {
    ...editProperties,
    values: { type: 'table', help: 'the variables and their values', required: true },
  },
  // Named after the variables themselves, which the declaration chooses.
  attributes: {},

  prepare(properties, machine) {
    for (const [name, value] of Object.entries(valuesOf(properties))) {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`'${name}' names no variable`);
      if (String(value).includes('\0')) throw new Error(`'${name}' holds a NUL character`);
    }
    return placedEdit(properties, machine);
  },

  ...editing(() => ''),
  identity: (properties) =>
    editing(() => '')
      .identity(properties)
      .trimEnd(),
  expected: async (properties) => valuesOf(properties),

  async read(properties) {
    if (!(await hasFile(properties))) return { exists: false };
    const pieces = await piecesOf(properties);
    const found = Object.keys(valuesOf(properties)).flatMap((name): [string, string][] => {
      const told = toldOf(pieces, name);
      return told === undefined ? [] : [[name, told]];
    });
    if (found.length === 0) return { exists: false };
    return { exists: true, attributes: Object.fromEntries(found) };
  },

  apply: (properties) =>
    editText(
      properties,
      (text) => formatDotenv(withValues(parseDotenv(text), valuesOf(properties))),
      MODE,
    ),

  delete: (properties) =>
    editText(properties, (text) => {
      const names = new Set(Object.keys(valuesOf(properties)));
      return formatDotenv(withoutNames(parseDotenv(text), names));
    }),

  leaving: (properties, attributes) => ({
    ...properties,
    values: Object.fromEntries(
      Object.entries(valuesOf(properties)).filter(([name]) => !attributes.includes(name)),
    ),
  }),

  preImages: {
    refuses: async () => '',
    async keep(properties) {
      const names = new Set(Object.keys(valuesOf(properties)));
      const kept = (await piecesOf(properties)).flatMap((piece, at): JsonObject[] =>
        isNamed(piece, names) ? [{ at, raw: piece.raw, end: piece.end }] : [],
      );
      return { data: { pieces: kept } };
    },
    putBack: (properties, { data }) =>
      editText(properties, (text) => {
        const names = new Set(Object.keys(valuesOf(properties)));
        const now = parseDotenv(text);
        const rest = now.filter((piece) => !isNamed(piece, names));
        const kept = data.pieces as unknown as readonly { at: number; raw: string; end: string }[];
        for (const { at, raw, end } of kept) {
          const [piece] = parseDotenv(raw);
          if (piece === undefined || !isNamed(piece, names)) continue;
          rest.splice(Math.min(at, rest.length), 0, { ...piece, end });
        }
        const last = rest.at(-1);
        // A file that ends without a break did so before, whichever line is its last one.
        const isOpen = now.at(-1)?.end === '' && last !== undefined;
        const whole = isOpen ? [...rest.slice(0, -1), { ...last, end: '' }] : rest;
        return formatDotenv(closed(whole, endingOf(now)));
      }),
  } satisfies PreImages,

  async adopt(id, machine) {
    const path = placeIn(machine, id);
    if (!(await hasFile({ path }))) throw new Error(`there is nothing at ${path}`);
    const pieces = await piecesOf({ path });
    const names = new Set(
      pieces.flatMap((piece) => (piece.kind === 'assignment' ? [piece.name] : [])),
    );
    const values = [...names].map((name) => {
      const value = valueOf(pieces, name);
      if (value === undefined) throw new Error(`'${name}' in ${path} is expanded by a shell`);
      return [name, fromBytesText(value)];
    });
    return { path, values: Object.fromEntries(values) };
  },

  take: async (properties, actual) => ({
    ...properties,
    values: { ...valuesOf(properties), ...actual },
  }),

  trace: (properties) => traceOf(textOf(properties, 'path')),
  suggest: (properties, attribute) => `Set ${attribute} in ${textOf(properties, 'path')}`,
};

/** Pieces with these variables set: where one stands several times, the last one counts, and stays. */
export function withValues(pieces: readonly DotenvPiece[], values: Attributes): DotenvPiece[] {
  const last = new Map<string, number>();
  for (const [index, piece] of pieces.entries()) {
    if (piece.kind === 'assignment') last.set(piece.name, index);
  }
  const next = pieces.flatMap((piece, index): DotenvPiece[] => {
    if (piece.kind !== 'assignment' || !Object.hasOwn(values, piece.name)) return [piece];
    if (last.get(piece.name) !== index) return [];
    const value = toBytesText(String(values[piece.name]));
    if (piece.value === value) return [piece];
    return [{ ...piece, value, raw: `${piece.prefix}${piece.name}=${quoteDotenv(value)}` }];
  });
  const end = endingOf(pieces);
  const isOpen = next.length > 0 && next.at(-1)?.end === '' && next.at(-1)?.raw !== '';
  const added = Object.entries(values)
    .filter(([name]) => !last.has(name))
    .map(([name, each]): DotenvPiece => {
      const value = toBytesText(String(each));
      const raw = `${name}=${quoteDotenv(value)}`;
      return { kind: 'assignment', name, raw, end, prefix: '', value };
    });
  const final = added.at(-1);
  // So that taking them away gives the same text again.
  if (isOpen && final !== undefined) added[added.length - 1] = { ...final, end: '' };
  return closed([...next, ...added], end);
}

function withoutNames(pieces: readonly DotenvPiece[], names: ReadonlySet<string>): DotenvPiece[] {
  const kept = pieces.filter((piece) => !isNamed(piece, names));
  const last = pieces.at(-1);
  const end = kept.at(-1);
  const isCut = last !== undefined && last.end === '' && isNamed(last, names);
  return isCut && end !== undefined ? [...kept.slice(0, -1), { ...end, end: '' }] : kept;
}

/** Only the last piece of a file may be without a break; a mark at its beginning never has one. */
function closed(pieces: readonly DotenvPiece[], end: string): DotenvPiece[] {
  return pieces.map((piece, index) => {
    const isMark = index === 0 && piece.raw === '\u00ef\u00bb\u00bf';
    return piece.end !== '' || isMark || index === pieces.length - 1 ? piece : { ...piece, end };
  });
}

/** The break that new pieces of a file get. */
function endingOf(pieces: readonly DotenvPiece[]): string {
  return pieces.find((piece) => piece.end !== '')?.end ?? '\n';
}

function isNamed(piece: DotenvPiece, names: ReadonlySet<string>): boolean {
  return piece.kind === 'assignment' && names.has(piece.name);
}

/** The value of a variable, as whoever reads the file gets it. */
function valueOf(pieces: readonly DotenvPiece[], name: string): string | undefined {
  const found = pieces.findLast((piece) => piece.kind === 'assignment' && piece.name === name);
  return found?.kind === 'assignment' ? found.value : undefined;
}

/**
 * What is told of a variable; `undefined` where it isn't there. One that stands there twice and says two
 * things, or that a shell would expand, is not as declared, whatever the last one says.
 */
function toldOf(pieces: readonly DotenvPiece[], name: string): string | undefined {
  const found = pieces.filter((piece) => piece.kind === 'assignment' && piece.name === name);
  if (found.length === 0) return undefined;
  const told = new Set(
    found.map((piece) =>
      piece.kind !== 'assignment' || piece.value === undefined
        ? `${piece.raw} (expanded by a shell)`
        : piece.value,
    ),
  );
  return fromBytesText([...told].join(', then '));
}

function valuesOf({ values }: Properties): Attributes {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return {};
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

async function piecesOf(properties: Properties): Promise<DotenvPiece[]> {
  const followLinks = properties.follow_links !== false;
  const { text } = await readEdited(textOf(properties, 'path'), { followLinks });
  return parseDotenv(text);
}
