import type { JsonValue } from '../../../sdk/presentation.ts';
import { isLuaName, toLuaLiteral } from './toLuaLiteral.ts';
import { isTypeScriptName, toTypeScriptLiteral } from './toTypeScriptLiteral.ts';

export type DeclarationLanguage = 'lua' | 'typescript';

/** A resource to be declared in a workflow. */
export interface Declaration {
  readonly type: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, JsonValue>>;
  /** Names of properties that are shown nowhere. */
  readonly hidden: readonly string[];
  /** Names of those among them that the workflow has to say otherwise than before. */
  readonly changed: readonly string[];
}

/** The language of a workflow file by its ending; Lua where there is no file. */
export function languageOf(file: string): DeclarationLanguage {
  return /\.m?[jt]s$/.test(file) ? 'typescript' : 'lua';
}

/**
 * A declaration that can be pasted into a workflow; pure. Of what is hidden it says in a comment how to
 * give it. Texts of several lines are not indented: their lines are what they are.
 */
export function renderDeclaration(language: DeclarationLanguage, declared: Declaration): string[] {
  const writer = WRITERS[language];
  const lines = Object.entries(declared.properties).flatMap(([key, value]) =>
    declared.hidden.includes(key)
      ? [`    ${writer.comment} ${hint(writer, declared, key)}`]
      : `    ${writer.property(key, value)},`.split('\n'),
  );
  const { type, name } = declared;
  return [`${writer.call(type)}(${writer.literal(name)}, {`, ...lines, '})'];
}

interface Writer {
  readonly comment: string;
  readonly call: (type: string) => string;
  readonly literal: (value: JsonValue) => string;
  readonly property: (key: string, value: JsonValue) => string;
  /** A property whose value stands in a variable of the environment. */
  readonly secret: (key: string, variable: string) => string;
}

const WRITERS: Readonly<Record<DeclarationLanguage, Writer>> = {
  lua: {
    comment: '--',
    call: (type) => (isLuaName(type) ? `resource.${type}` : `resource[${toLuaLiteral(type)}]`),
    literal: (value) => toLuaLiteral(value),
    property: (key, value) => `${luaKey(key)} = ${luaValue(value)}`,
    secret: (key, variable) => `${luaKey(key)} = secret(os.getenv("${variable}")),`,
  },
  typescript: {
    comment: '//',
    call: (type) =>
      isTypeScriptName(type) ? `resource.${type}` : `resource[${toTypeScriptLiteral(type)}]`,
    literal: (value) => toTypeScriptLiteral(value),
    property: (key, value) => `${scriptKey(key)}: ${toTypeScriptLiteral(value, '    ')}`,
    secret: (key, variable) => `${scriptKey(key)}: secret(process.env.${variable}),`,
  },
};

function hint(writer: Writer, { changed, name }: Declaration, key: string): string {
  const variable = `${name}_${key}`
    .toUpperCase()
    .replace(/\W/g, '_')
    .replace(/^(?=\d)/, '_');
  const given = writer.secret(key, variable);
  return changed.includes(key)
    ? `${key} has changed; it is secret and not shown. Give it as: ${given}`
    : `${key} is secret and not shown. Keep it as it is declared, or give it as: ${given}`;
}

/** A property that is a list is one of texts: an empty one may be `{}`. */
function luaValue(value: JsonValue): string {
  return Array.isArray(value) && value.length === 0 ? '{}' : toLuaLiteral(value, '    ');
}

function luaKey(key: string): string {
  return isLuaName(key) ? key : `[${toLuaLiteral(key)}]`;
}

function scriptKey(key: string): string {
  return isTypeScriptName(key) ? key : `[${toTypeScriptLiteral(key)}]`;
}
