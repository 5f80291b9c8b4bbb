const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
  TIB: 1024 ** 4,
};

/**
 * Parses a size such as `100MB`, `1.5 GiB` or `4096`; `MB` counts in thousands, `MiB` in 1,024.
 * Out: bytes, or `undefined` when the text is no size.
 */
export function parseSize(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?B|[KMGT]iB)?\s*$/i.exec(text);
  if (match === null) return undefined;
  const unit = UNITS[(match[2] ?? 'B').toUpperCase()] ?? 1;
  return Math.round(Number(match[1]) * unit);
}

/** Renders bytes as people read them: `812 B`, `1.2 MB`. */
export function formatSize(bytes: number): string {
  for (const unit of ['TB', 'GB', 'MB', 'KB']) {
    const size = bytes / (UNITS[unit] ?? 1);
    if (size >= 1) return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
  }
  return `${bytes} B`;
}
