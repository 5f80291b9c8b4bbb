import { CONTROL } from './control.ts';

/** Where a command writes to and asks: the real terminal, or a test's. */
export interface Terminal {
  /** Writes to standard output; control characters that are not the program's own are spelled. */
  readonly out: (text: string) => void;
  /** As `out`; a script that reads it gets it byte for byte. */
  readonly value: (content: string | Uint8Array) => void;
  /** Writes to standard error, as `out` does. */
  readonly err: (text: string) => void;
  /** Whether nothing more arrives at standard output; what is written to it is dropped. */
  readonly isClosed: () => boolean;
  /** Why standard output could not be written; `undefined` where it could, or nobody wanted to read it. */
  readonly lost: () => string | undefined;
  /** Whether standard output is a terminal that can be drawn on. */
  readonly isLive: boolean;
  /** Whether somebody is there to answer. */
  readonly isInteractive: () => boolean;
  readonly columns: () => number;
  readonly rows: () => number;
  readonly paint: Paint;
  /** Asks a question and gives the line typed. */
  readonly ask: (question: string) => Promise<string>;
}

/** Colours by meaning; each gives its text back unchanged where colours are off. */
export type Paint = Readonly<
  Record<'good' | 'bad' | 'warn' | 'dim' | 'strong' | 'accent', (text: string) => string>
>;

const styles = {
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  dim: 'dim',
  strong: 'bold',
  accent: 'cyan',
} as const;

const codes: Readonly<Record<(typeof styles)[keyof typeof styles], readonly [number, number]>> = {
  green: [32, 39],
  red: [31, 39],
  yellow: [33, 39],
  dim: [2, 22],
  bold: [1, 22],
  cyan: [36, 39],
};

/** Makes a paint. */
export function createPaint(colored: boolean): Paint {
  const brush =
    (name: keyof typeof styles) =>
    (text: string): string => {
      const [on, off] = codes[styles[name]];
      return colored && text !== '' ? `${CONTROL}[${on}m${text}${CONTROL}[${off}m` : text;
    };
  return {
    good: brush('good'),
    bad: brush('bad'),
    warn: brush('warn'),
    dim: brush('dim'),
    strong: brush('strong'),
    accent: brush('accent'),
  };
}

/** Whether to colour: `NO_COLOR` and `--no-color` forbid, `FORCE_COLOR` demands, a terminal allows. */
export function wantsColor(
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
  forbidden: boolean,
): boolean {
  if (forbidden || env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return true;
  return isTerminal && env.TERM !== 'dumb';
}
