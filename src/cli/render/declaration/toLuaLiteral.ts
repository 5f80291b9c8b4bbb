import type { JsonValue } from '../../../sdk/presentation.ts';
import { escapeUnseen, isCopiedSafely, type LiteralSyntax, literalIn } from './LiteralSyntax.ts';

const KEYWORDS = new Set(
  `and break do else elseif end false for function goto if in local nil not or repeat return then
   true until while`.split(/\s+/),
);

const NAMED = new Map([
  [0x0a, String.raw`\n`],
  [0x0d, String.raw`\r`],
  [0x09, String.raw`\t`],
]);

/**
 * A JSON value as Lua has it in a workflow; pure. Read there, it is the same value: whole numbers stay
 * whole, an empty list stays a list (`{}` is an empty table), and `null` inside of tables stays.
 */
export function toLuaLiteral(value: JsonValue, indent = ''): string {
  return literalIn(syntax, value, indent);
}

/** Whether a text can be a key, or a name after a dot, without quotes. */
export function isLuaName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text) && !KEYWORDS.has(text);
}

const syntax: LiteralSyntax = {
  text: luaText,
  number: luaNumber,
  nothing: 'json.null',
  emptyList: 'json.decode("[]")',
  list: ['{', '}'],
  key: (key) => `${isLuaName(key) ? key : `[${quoted(key)}]`} = `,
};

/** What JSON keeps as a number that is no safe integer is none in Lua, either. */
function luaNumber(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? `${text}.0` : text;
}

function luaText(text: string): string {
  if (!isCopiedSafely(text)) return quoted(text);
  let level = '';
  // Also a bracket at its end, which would be a part of the closing one.
  while (`${text}]`.includes(`]${level}]`)) level += '=';
  // The line break after the opening bracket is none of the text's.
  return `[${level}[\n${text}]${level}]`;
}

function quoted(text: string): string {
  const plain = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const escaped = escapeUnseen(plain, (code) => {
    const byte = `\\${String(code).padStart(3, '0')}`;
    return NAMED.get(code) ?? (code < 0x80 ? byte : `\\u{${code.toString(16)}}`);
  });
  return `"${escaped}"`;
}
