import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { type ConfigurationFile, configurationSchema } from './schema.ts';

/**
 * Reads and checks one configuration file. Rejects with `config.unreadable`, `config.syntax` or
 * `config.invalid`, the latter two with the line.
 */
export function readConfigurationFile(file: string): ConfigurationFile {
  const counter = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: counter });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const { line, col: column } = counter.linePos(fault.pos[0]);
    const reason = fault.message.split('\n')[0] ?? '';
    throw new SlothError('config.syntax', { file, line, column, reason }, { cause: fault });
  }
  const lineOf = (path: readonly string[]): number => findLine(document, counter, path);
  return withPlaces(
    checkConfiguration(document.toJS() ?? {}, file, lineOf),
    dirname(resolve(file)),
  );
}

/** Files that a configuration names lie beside it, wherever a command is typed. */
function withPlaces(configuration: ConfigurationFile, folder: string): ConfigurationFile {
  const { stacks } = configuration;
  if (stacks?.providers === undefined) return configuration;
  const files = Object.entries(stacks.providers).map(([type, file]) => [
    type,
    resolve(folder, file),
  ]);
  return { ...configuration, stacks: { ...stacks, providers: Object.fromEntries(files) } };
}

/** Checks a configuration, wherever it came from; `lineOf` finds a key's line, 0 for none. */
export function checkConfiguration(
  value: unknown,
  file: string,
  lineOf: (path: readonly string[]) => number,
): ConfigurationFile {
  const result = v.safeParse(configurationSchema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = (issue.path ?? []).map((each) => String(each.key));
  const key = path.join('.') || 'the file';
  const reason = reasonOf(issue, path);
  throw new SlothError('config.invalid', { file, line: lineOf(path), key, reason });
}

function reasonOf(issue: v.BaseIssue<unknown>, path: readonly string[]): string {
  if (issue.expected !== 'never') return issue.message;
  const near = nearest(path.at(-1) ?? '', keysAt(path.slice(0, -1)));
  return near.length > 0
    ? `there is no such key; did you mean ${near.join(' or ')}?`
    : 'there is no such key';
}

/** The valid keys at a path of the schema. */
function keysAt(path: readonly string[]): string[] {
  let schema: unknown = configurationSchema;
  for (const key of path)
    schema = unwrap((schema as { entries: Record<string, unknown> }).entries[key]);
  return Object.keys((schema as { entries?: object }).entries ?? {});
}

function unwrap(schema: unknown): unknown {
  return (schema as { wrapped?: unknown }).wrapped ?? schema;
}

function findLine(document: Document, counter: LineCounter, path: readonly string[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
  }
  return 1;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlothError('config.unreadable', { file, reason }, { cause });
  }
}
