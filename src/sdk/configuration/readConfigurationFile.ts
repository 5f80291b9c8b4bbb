import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import { readYamlFile } from '../readYamlFile.ts';
import { type ConfigurationFile, configurationSchema } from './schema.ts';

/**
 * Reads and checks one configuration file. Rejects with `config.unreadable`, `config.syntax` or
 * `config.invalid`, the latter two with the line.
 */
export function readConfigurationFile(file: string): ConfigurationFile {
  const unreadable = (reason: string, cause: unknown): SlothError =>
    new SlothError('config.unreadable', { file, reason }, { cause });
  const { value, fault, lineOf } = readYamlFile(file, unreadable);
  if (fault !== null) throw new SlothError('config.syntax', { file, ...fault });
  return withPlaces(checkConfiguration(value ?? {}, file, lineOf), dirname(resolve(file)));
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
