import type { JsonValue } from '../../../sdk/presentation.ts';
import { escapeUnseen, isCopiedSafely, type LiteralSyntax, literalIn } from './LiteralSyntax.ts';

const NAMED = new Map([
  [0x0a, String.raw`\n`],
  [0x0d, String.raw`\r`],
  [0x09, String.raw`\t`],
]);

/** A JSON value as TypeScript has it in a workflow; pure. Read there, it is the same value. */
export function toTypeScriptLiteral(value: JsonValue, indent = ''): string {
  return literalIn(syntax, value, indent);
}

/** Whether a text can be a key, or a name after a dot, without quotes. */
export function isTypeScriptName(text: string): boolean {
  // As a key without brackets it would be the object's prototype.
  return /^[A-Za-z_$][\w$]*$/.test(text) && text !== '__proto__';
}

const syntax: LiteralSyntax = {
  text: (text) => (isCopiedSafely(text) ? template(text) : quoted(text)),
  number: String,
  nothing: 'null',
  emptyList: '[]',
  list: ['[', ']'],
  key(key) {
    if (key === '__proto__') return `['__proto__']: `;
    return `${isTypeScriptName(key) ? key : quoted(key)}: `;
  },
};

function template(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  return `\`${escaped}\``;
}

function quoted(text: string): string {
  const plain = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  const escaped = escapeUnseen(plain, (code) => {
    const hexadecimal = code.toString(16);
    const short = `\\u${hexadecimal.padStart(4, '0')}`;
    return NAMED.get(code) ?? (code <= 0xffff ? short : `\\u{${hexadecimal}}`);
  });
  return `'${escaped}'`;
}
