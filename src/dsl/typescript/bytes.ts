import { SlothError } from '../../errors/SlothError.ts';
import { bytesToText, textToBytes } from '../../model/bytes.ts';

/** What workflow code gives as a content, as hosts take it; `word` names the call for a refusal. */
export function toText(word: string, content: string | Uint8Array): string {
  if (typeof content === 'string') return content.toWellFormed();
  if (ArrayBuffer.isView(content)) {
    const { buffer, byteOffset, byteLength } = content;
    return bytesToText(new Uint8Array(buffer, byteOffset, byteLength));
  }
  const reason = `a content must be a text or bytes, not a ${typeof content}`;
  throw new SlothError('host.call_failed', { name: word, reason });
}

/** A text that a host gave, refused where it holds bytes that are none; `instead` gives those. */
export function assertText(word: string, what: string, instead: string, text: string): string {
  if (text.isWellFormed()) return text;
  const reason = `${what} holds bytes that are not UTF-8; ${instead} gives them`;
  throw new SlothError('host.call_failed', { name: word, reason });
}

/**
 * Adds members to a result that give its texts as bytes: `body`, `bodyBytes`. Where a text holds bytes
 * that are none, asking for it is an error; copying the result is not asking.
 */
export function withBytes<T extends object, K extends keyof T & string>(
  word: string,
  result: T,
  names: readonly K[],
): T & { readonly [Name in K as `${Name}Bytes`]: Uint8Array } {
  for (const name of names) {
    const text = String(result[name]);
    const bytes = `${name}Bytes`;
    Object.defineProperty(result, bytes, { get: () => textToBytes(text) });
    if (text.isWellFormed()) continue;
    Object.defineProperty(result, name, {
      enumerable: false,
      get: () => assertText(word, name, bytes, text),
    });
  }
  return result as ReturnType<typeof withBytes<T, K>>;
}
