import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { EXACT, faultOf } from '../engine/machine/exactYaml.ts';
import type { SlothError } from '../errors/SlothError.ts';
import { strictText } from '../model/bytes.ts';

/** A YAML file that was read, with the places of what it says. */
export interface YamlFile {
  readonly value: unknown;
  /** The first mistake of its syntax, or a number that would become another one. */
  readonly fault: {
    readonly line: number;
    readonly column: number;
    readonly reason: string;
  } | null;
  /** The line of the value at a path, or of the nearest one above it. */
  readonly lineOf: (path: readonly string[]) => number;
}

/** Reads a YAML file. Throws what `unreadable` makes of the reason where there is none to read. */
export function readYamlFile(
  file: string,
  unreadable: (reason: string, cause: unknown) => SlothError,
): YamlFile {
  const counter = new LineCounter();
  const document = parseDocument(readText(file, unreadable), { ...EXACT, lineCounter: counter });
  const lineOf = (path: readonly string[]): number => findLine(document, counter, path);
  const fault = faultOf(document);
  if (fault === undefined) return { value: document.toJS(), fault: null, lineOf };
  const { line, col: column } = counter.linePos(fault.at);
  return { value: undefined, fault: { line, column, reason: fault.reason }, lineOf };
}

function findLine(document: Document, counter: LineCounter, path: readonly string[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const place = placeOf(document, path.slice(0, depth));
    if (place !== undefined) return counter.linePos(place).line;
  }
  return 1;
}

/** Where the key is, for what has one: a table begins on the line below its key. */
function placeOf(document: Document, path: readonly string[]): number | undefined {
  const above = document.getIn(path.slice(0, -1), true);
  if (isMap(above)) {
    const pair = above.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1));
    if (isScalar(pair?.key)) return pair.key.range?.[0];
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

function readText(
  file: string,
  unreadable: (reason: string, cause: unknown) => SlothError,
): string {
  try {
    return strictText(readFileSync(file));
  } catch (cause) {
    throw unreadable(cause instanceof Error ? cause.message : String(cause), cause);
  }
}
