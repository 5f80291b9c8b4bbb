import { type Document, parseDocument, visit } from 'yaml';
import { assertExact, InexactNumber, inexact } from '../../model/exactJson.ts';
import type { JsonValue } from '../../model/json.ts';

/** Why a text of YAML is refused, and where: an offset in the text. */
export interface YamlFault {
  readonly at: number;
  readonly reason: string;
}

/** The options that `faultOf` needs a document to be parsed with. */
export const EXACT = { intAsBigInt: true } as const;

/**
 * A text of YAML as a value. Throws where it is none, and `InexactNumber` for a number that would become
 * another one.
 */
export function parseExactYaml(text: string): JsonValue {
  const document = parseDocument(text, EXACT);
  const fault = faultOf(document);
  if (fault !== undefined) throw new Error(fault.reason);
  return document.toJS() as JsonValue;
}

/**
 * The first thing that is wrong with a document that was parsed with `EXACT`; `undefined` where its numbers
 * are the ones that were written, which they are numbers in it after that.
 */
export function faultOf(document: Document.Parsed): YamlFault | undefined {
  const [error] = document.errors;
  if (error !== undefined) return { at: error.pos[0], reason: error.message.split('\n')[0] ?? '' };
  let fault: YamlFault | undefined;
  visit(document, {
    Scalar(role, node) {
      const { value, source = String(value) } = node;
      // A key is a text, whatever it looks like.
      if (role === 'key' || (typeof value !== 'bigint' && typeof value !== 'number')) return;
      try {
        node.value = exactNumber(value, source);
      } catch (cause) {
        if (!(cause instanceof InexactNumber)) throw cause;
        fault = { at: node.range?.[0] ?? 0, reason: cause.message };
        return visit.BREAK;
      }
    },
  });
  return fault;
}

/** `source` may be hexadecimal where the value is a whole number. */
function exactNumber(value: bigint | number, source: string): number {
  if (typeof value === 'number') {
    assertExact(source, value);
    return value;
  }
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw inexact(source);
}
