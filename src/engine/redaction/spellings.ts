/** A base64 text shorter than this says too little, and stands in too much else, to be masked. */
const SHORTEST_BASE64 = 8;

/**
 * How a secret may be written by those who pass it on: as it is, each of its lines alone, in JSON (also
 * nested, also as encoders for HTML, for ASCII and of PHP write it), in URLs and forms, in base64 at any place of a
 * longer text, and quoted for a shell.
 */
export function* spellings(secret: string): Generator<string> {
  for (const text of new Set([secret, ...secret.split(/\r?\n/)])) {
    if (text.trim() === '') continue;
    yield text;
    for (const once of jsonSpellings(text)) {
      yield once;
      yield* jsonSpellings(once);
    }
    yield* urlSpellings(text.toWellFormed());
    yield* shellSpellings(text);
    yield* base64Spellings(text);
  }
}

type Spell = (text: string) => string;

const same: Spell = (text) => text;
const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(4, '0');
const escaped =
  (pattern: RegExp, upper: boolean): Spell =>
  (text) =>
    text.replace(pattern, (each) => `\\u${upper ? hex(each).toUpperCase() : hex(each)}`);

/** In a string of JSON: what every encoder escapes, and what only some do. */
function* jsonSpellings(text: string): Generator<string> {
  const plain = JSON.stringify(text).slice(1, -1);
  const ascii = [same, escaped(/[\u007f-\uffff]/g, false), escaped(/[\u007f-\uffff]/g, true)];
  const html = [
    same,
    escaped(/[&<>]/g, false),
    escaped(/[&<>'+]/g, false),
    escaped(/[&<>]/g, true),
  ];
  const slash: Spell[] = [same, (each) => each.replaceAll('/', '\\/')];
  for (const one of ascii)
    for (const two of html) for (const three of slash) yield three(two(one(plain)));
}

/** In the path, the query or the form of an URL. */
function* urlSpellings(text: string): Generator<string> {
  const component = encodeURIComponent(text);
  const strict = component.replace(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const path = (each: string): string => each.replaceAll('%2F', '/');
  const form = (each: string): string => each.replaceAll('%20', '+');
  const all = [component, strict, encodeURI(text)].flatMap((each) => [
    each,
    path(each),
    form(each),
  ]);
  for (const each of all) {
    yield each;
    yield each.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  }
}

/** In single quotes, in double quotes, and with backslashes. */
function* shellSpellings(text: string): Generator<string> {
  yield text.replaceAll("'", `'\\''`);
  yield text.replaceAll("'", `'"'"'`);
  yield text.replace(/[\\"$`]/g, '\\$&');
  yield text.replace(/[^\w@%+=:,./-]/g, '\\$&');
}

/** Whatever stands before it in the text that was encoded: three places, each with its own letters. */
function* base64Spellings(text: string): Generator<string> {
  const bytes = Buffer.from(text);
  for (const before of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // Letters that also hold bits of what stands before or after are left out.
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    const inner = encoded.slice(from, to);
    if (inner.length < SHORTEST_BASE64) continue;
    yield inner;
    yield inner.replaceAll('+', '-').replaceAll('/', '_');
  }
}
