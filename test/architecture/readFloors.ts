/** A folder of the source, with what it may import beside itself. */
export interface Floor {
  /** Below `src`. */
  readonly folder: string;
  readonly mayImport: readonly string[];
  /** The row of the table that it comes from, as it is written there. */
  readonly row: string;
  /** What that row names, with the folders that each name means. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads the floors of the source from the table of a document, from the ground up. A row is a folder, what
 * it is for, and what it may import; `<name>` stands for each folder that lies there, and a name for all
 * folders below it. The rooms of the engine name each other by their last word, and may also import what
 * the engine may.
 */
export function readFloors(document: string, folders: ReadonlySet<string>): Floor[] {
  const rows = [...document.matchAll(/^\| `src\/([^`]+)` *\|[^|]*\| *([^|]*?) *\|$/gm)].map(
    ([, pattern = '', names = '']) => ({ pattern, names: listOf(names) }),
  );
  const matching = (pattern: string): string[] => {
    const shape = new RegExp(`^${pattern.replace('<name>', '[^/]+')}$`);
    return [...folders].filter((each) => shape.test(each)).sort();
  };
  const meant = (name: string): string[] =>
    rows
      .map(({ pattern }) => pattern)
      .filter((each) => each === `engine/${name}` || `${each}/`.startsWith(`${name}/`))
      .flatMap(matching);
  const engine = rows.find(({ pattern }) => pattern === 'engine')?.names ?? [];
  return rows.flatMap(({ pattern, names }) => {
    const isRoom = pattern.startsWith('engine/');
    const own = matching(pattern);
    // Folders of one row never import each other.
    const others = (name: string): string[] => meant(name).filter((each) => !own.includes(each));
    const mayImport = [...names, ...(isRoom ? engine : [])].flatMap(others);
    const each = {
      mayImport,
      row: pattern,
      names: new Map(names.map((one) => [one, others(one)])),
    };
    return own.map((folder) => ({ folder, ...each }));
  });
}

function listOf(text: string): string[] {
  return text === 'nothing' ? [] : text.split(', ');
}
