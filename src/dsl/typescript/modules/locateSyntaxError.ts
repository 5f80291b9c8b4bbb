import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { alternatives } from './resolveModule.ts';
import { stripTypes } from './stripTypes.ts';
import { headOf } from './syntaxProblem.ts';

/** A place in one of a workflow's files. */
export interface SyntaxPlace {
  readonly path: string;
  readonly line: number;
  readonly column?: number;
}

/**
 * Where in a workflow's files the JavaScript is wrong. The runtime refuses a module without saying
 * where, but its own check does (`node --check`), so each file is handed to that: slow, and only
 * ever done on the way to an error.
 *
 * In: the path of the workflow file; the files that it imports are looked at as well.
 */
export function locateSyntaxError(entry: string): SyntaxPlace | undefined {
  for (const path of importedFiles(entry)) {
    const place = checkFile(path);
    if (place !== undefined) return { path, ...place };
  }
  return undefined;
}

function checkFile(path: string): { line: number; column?: number } | undefined {
  const text = readFileSync(path, 'utf8');
  const input = /\.m?ts$/.test(path) ? stripTypes(text, path) : text;
  const args = ['--check', '--input-type=module', '-'];
  const { status, stderr } = spawnSync(process.execPath, args, {
    input,
    encoding: 'utf8',
    env: {},
  });
  return status === 0 ? undefined : headOf(stderr)?.place;
}

/** A file and those of the user's own that it imports, to any depth, the file itself first. */
function* importedFiles(entry: string): Generator<string> {
  const seen = new Set([entry]);
  for (const path of seen) {
    yield path;
    const text = readFileSync(path, 'utf8');
    for (const [, specifier = ''] of text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
      const names = [specifier, ...alternatives(specifier)];
      const found = names
        .map((name) => resolve(dirname(path), name))
        .find((each) => existsSync(each));
      if (found !== undefined && /\.m?[jt]s$/.test(found)) seen.add(found);
    }
  }
}
