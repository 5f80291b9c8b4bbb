/** What each class of users has, as bits of a mode. */
const CLASSES: Readonly<Record<string, { readonly shift: number; readonly special: number }>> = {
  u: { shift: 6, special: 0o4000 },
  g: { shift: 3, special: 0o2000 },
  o: { shift: 0, special: 0 },
};
const BITS: Readonly<Record<string, number>> = { r: 4, w: 2, x: 1 };

/**
 * The permissions that a text names, as a number up to 0o7777; pure. Three or four octal digits, with or
 * without `0` or `0o` in front, or words that say all of it: `u=rw,go=r`. Throws on anything else; what
 * depends on the permissions of before (`u+x`, or `u=rw` alone) is no declaration.
 */
export function parseMode(text: string): number {
  if (/^(?:0|0o)?[0-7]{3,4}$/.test(text)) return Number.parseInt(text.replace(/^0o/, ''), 8);
  if (/^[ugoa]+=[rwxst]*(?:,[ugoa]+=[rwxst]*)*$/.test(text)) return parseSymbolic(text);
  const relative = /[+-]/.test(text) ? ', and it must not depend on what is there' : '';
  throw new Error(
    `'${text}' is no mode: write it as 0644, 0o644 or u=rw,go=r (three or four octal digits, or all of u, g and o)${relative}`,
  );
}

/** A mode as four octal digits. */
export function formatMode(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

function parseSymbolic(text: string): number {
  const classes = new Map<string, number>();
  for (const clause of text.split(',')) {
    const [who = '', permissions = ''] = clause.split('=');
    for (const each of who.replaceAll('a', 'ugo')) classes.set(each, bitsOf(each, permissions));
  }
  const missing = Object.keys(CLASSES).filter((each) => !classes.has(each));
  if (missing.length > 0) {
    throw new Error(`'${text}' is no whole mode: it says nothing of ${missing.join(' and ')}`);
  }
  return [...classes.values()].reduce((mode, bits) => mode | bits, 0);
}

function bitsOf(who: string, permissions: string): number {
  const { shift, special } = CLASSES[who] ?? { shift: 0, special: 0 };
  return [...permissions].reduce((mode, each) => {
    if (each === 's') return mode | special;
    // One bit for all: as chmod has it, only what is said of others can set it.
    if (each === 't') return who === 'o' ? mode | 0o1000 : mode;
    return mode | ((BITS[each] ?? 0) << shift);
  }, 0);
}
