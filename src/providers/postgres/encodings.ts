/** The encodings that a database may have, as PostgreSQL tells them. */
const ENCODINGS =
  `SQL_ASCII EUC_JP EUC_CN EUC_KR EUC_TW EUC_JIS_2004 UTF8 MULE_INTERNAL LATIN1 LATIN2
  LATIN3 LATIN4 LATIN5 LATIN6 LATIN7 LATIN8 LATIN9 LATIN10 WIN1256 WIN1258 WIN866 WIN874 KOI8R WIN1251
  WIN1252 ISO_8859_5 ISO_8859_6 ISO_8859_7 ISO_8859_8 WIN1250 WIN1253 WIN1254 WIN1255 WIN1257
  KOI8U`.split(/\s+/);

/** Other names that it takes for them. */
const ALIASES: Readonly<Record<string, string>> = {
  unicode: 'UTF8',
  koi8: 'KOI8R',
  win: 'WIN1251',
  alt: 'WIN866',
  iso88591: 'LATIN1',
  iso88592: 'LATIN2',
  iso88593: 'LATIN3',
  iso88594: 'LATIN4',
  iso88599: 'LATIN5',
  iso885910: 'LATIN6',
  iso885913: 'LATIN7',
  iso885914: 'LATIN8',
  iso885915: 'LATIN9',
  iso885916: 'LATIN10',
};

/**
 * The name by which PostgreSQL tells an encoding: another spelling of it must not look like another one,
 * since a database with another one is made anew. Throws on one that there isn't.
 */
export function encodingName(text: string): string {
  const plain = plainly(text).replace(/^windows(?=\d)/, 'win');
  const known = ENCODINGS.find((each) => plainly(each) === plain) ?? ALIASES[plain];
  if (known !== undefined) return known;
  throw new Error(`there is no encoding '${text}'; there are ${ENCODINGS.join(', ')}`);
}

function plainly(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}
