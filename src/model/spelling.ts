/** How a language spells what definitions have in common. */
export interface Spelling {
  /** A word, as its author writes it: `dependsOn` for `depends_on`. */
  readonly word: (key: string) => string;
  /** The word that is meant, as definitions have it. */
  readonly key: (word: string) => string;
  /** What values by name are called. */
  readonly table: string;
}

const lua: Spelling = { word: (key) => key, key: (word) => word, table: 'a table' };

const script: Spelling = {
  word: (key) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  key: (word) => word.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  table: 'an object',
};

/** The spelling of a workflow's language, by its file: what is said about it is said in its author's words. */
export function spellingOf(file: string): Spelling {
  return /\.m?[tj]s$/.test(file) ? script : lua;
}
