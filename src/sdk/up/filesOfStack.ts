import { readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import { appendAll } from '../../model/appendAll.ts';
import type { ProjectStack } from '../project/Project.ts';

/** Larger ones are data, not code that names other files. */
const LARGEST = 4 * 1024 * 1024;

const SOURCES: ReadonlySet<string> = new Set([
  '.sloth',
  '.lua',
  '.ts',
  '.mts',
  '.cts',
  '.js',
  '.mjs',
  '.cjs',
]);

/**
 * The files and folders that a stack is made of, as far as they can be told without running anything: its
 * workflow, its values, the modules that they load, and every text of those that is a path. Also what is
 * not there (any more). Absolute, with the links of their folders followed.
 */
export function filesOfStack({ file, valuesFile }: ProjectStack): ReadonlySet<string> {
  const found = new Set<string>(valuesFile === null ? [] : [realPlace(valuesFile)]);
  const open = [file];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const place = realPlace(at);
    if (found.has(place)) continue;
    found.add(place);
    const text = at === file || SOURCES.has(extname(at)) ? sourceOf(at) : '';
    appendAll(open, namedBy(at, text));
  }
  return found;
}

/** What a file says; nothing for what is no file of text, or can't be read. */
function sourceOf(path: string): string {
  const stats = statsOf(path);
  if (stats === undefined || !stats.isFile() || stats.size > LARGEST) return '';
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Whoever runs the workflow will be told; what it names can't be known here.
    return '';
  }
}

/** Modules that a source loads, and files and folders that it names: every text that may be a path. */
function namedBy(file: string, text: string): string[] {
  const folder = dirname(file);
  const found: string[] = [];
  for (const [, , name = ''] of text.matchAll(/(["'`])((?:(?!\1)[^\n\\\0])+)\1/g)) {
    const path = resolve(folder, name);
    // A folder that the source itself lies in is all of the project, and says nothing.
    if (`${folder}${sep}`.startsWith(path.endsWith(sep) ? path : `${path}${sep}`)) continue;
    if (/[/.]/.test(name) || statsOf(path)?.isDirectory() === true) found.push(path);
    const module = join(folder, ...name.split('.'));
    const modules = [`${module}.lua`, join(module, 'init.lua')];
    appendAll(
      found,
      modules.filter((each) => statsOf(each)?.isFile() === true),
    );
  }
  return found;
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A name that no file can have, or a folder that nobody may look into: nothing that is there.
    return undefined;
  }
}

/** A path with the links of its folder followed, as git knows it; as it is where there is no such folder. */
export function realPlace(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}
