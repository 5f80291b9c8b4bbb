/** The most bytes of a name; PostgreSQL silently cuts what is longer. */
const LONGEST = 63;

/** Refuses a name that PostgreSQL would take for another one. */
export function refuseName(what: string, name: string): void {
  if (name === '') throw new Error(`its ${what} is empty`);
  if (name.includes('\0')) throw new Error(`its ${what} has a NUL in it`);
  const bytes = Buffer.byteLength(name);
  if (bytes > LONGEST) {
    throw new Error(`its ${what} has ${bytes} bytes, and PostgreSQL keeps only ${LONGEST}`);
  }
}

/** A name, quoted. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text, quoted: where PostgreSQL takes no parameters. */
export function literal(text: string): string {
  const escaped = text.replaceAll("'", "''");
  return escaped.includes('\\') ? ` E'${escaped.replaceAll('\\', '\\\\')}'` : `'${escaped}'`;
}

/** The parts of a name with dots between them, each of them with or without double quotes. */
export function nameParts(text: string): string[] | undefined {
  const part = /(?:"((?:[^"]|"")+)"|([^".\s][^".]*))(\.|$)/y;
  const parts: string[] = [];
  for (;;) {
    const [, quoted, plain, dot] = part.exec(text) ?? [];
    const name = quoted?.replaceAll('""', '"') ?? plain;
    if (name === undefined) return undefined;
    parts.push(name);
    if (dot === '') return parts;
  }
}
