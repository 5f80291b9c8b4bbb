import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { builtInModules } from '../../dsl/lua/builtInModules.ts';
import { appendAll } from '../../model/appendAll.ts';

/** What the code of a workflow needs besides itself, as far as it can be told without running it. */
export interface ScannedModules {
  /** Modules that are not there, with their place, one sentence each. */
  readonly missing: readonly string[];
  /** What could not be told, one phrase each. */
  readonly unknown: readonly string[];
  /** Types of resources that helpers work with, which no declaration names. */
  readonly types: ReadonlySet<string>;
}

/** Modules that come with the language and the program. */
const BUILT_IN: ReadonlySet<string> = new Set(builtInModules);

/** What the helpers of tasks work with, beside files. */
const HELPERS: Readonly<Record<string, string>> = {
  pkg: 'package',
  systemd: 'service',
  user: 'user',
  git: 'git',
};

/** Larger ones are no code. */
const LARGEST = 4 * 1024 * 1024;

/**
 * Reads the source of a workflow and the modules that it requires, also inside of tasks: a module that
 * only a task requires is not looked for when the file is loaded.
 */
export function scanModules(file: string): ScannedModules {
  const scan: Scan = { missing: [], unknown: [], types: new Set() };
  const isLua = ['.sloth', '.lua'].includes(extname(file));
  const seen = new Set<string>();
  const open = [file];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const text = sourceOf(at);
    if (text === undefined) scan.unknown.push(`${basename(at)} can't be read`);
    else if (isLua) appendAll(open, scanLua(text, at, dirname(file), scan));
    else appendAll(open, scanScript(text, at, scan));
  }
  return scan;
}

interface Scan {
  readonly missing: string[];
  readonly unknown: string[];
  readonly types: Set<string>;
}

/** Comments and texts first, so that nothing inside of them is taken for code. */
const LUA =
  /--\[(=*)\[[^]*?\]\1\]|--[^\n]*|\brequire\s*\(?\s*(?:(["'])([^"'\n]*)\2|([^\s"'][^\n)]*))|\b(?<![.:])(git|pkg|systemd|user)\s*\.\s*\w+|\[(=*)\[[^]*?\]\6\]|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;

function scanLua(text: string, file: string, folder: string, scan: Scan): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(LUA)) {
    const [, , , name, computed, helper] = match;
    const place = placeOf(text, match.index, file);
    if (name !== undefined) {
      if (BUILT_IN.has(name)) continue;
      const base = join(folder, ...name.split('.'));
      const path = [`${base}.lua`, join(base, 'init.lua')].find(existsSync);
      if (path === undefined) scan.missing.push(`Missing module: ${name} (${place})`);
      else found.push(path);
    } else if (computed !== undefined) {
      // A module handed to another function, as in pcall(require, "x"), may well be missing.
      if (!/^[,)]/.test(computed)) scan.unknown.push(`a module with a computed name (${place})`);
    } else if (helper !== undefined && !isOwn(helper, text)) {
      scan.types.add(HELPERS[helper] ?? helper);
    }
  }
  return found;
}

/** Whether a name stands for something of the file's own. */
function isOwn(name: string, text: string): boolean {
  return new RegExp(`\\b(local|function)\\s+${name}\\b|^\\s*${name}\\s*=[^=]`, 'm').test(text);
}

const SCRIPT =
  /\/\/[^\n]*|\/\*[^]*?\*\/|\bimport\s*\(\s*(?:(["'`])([^"'`\n$]*)\1|([^\s"'][^\n)]*|[^\n)]*))|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;

function scanScript(text: string, file: string, scan: Scan): string[] {
  for (const match of text.matchAll(SCRIPT)) {
    const [, , name, computed] = match;
    const place = placeOf(text, match.index, file);
    if (name !== undefined && /^\.{0,2}\//.test(name)) {
      if (existsSync(resolve(dirname(file), name))) continue;
      scan.missing.push(`Missing module: ${name} (${place})`);
    } else if (name !== undefined && !/^(node:|sloth-runner$)/.test(name)) {
      scan.unknown.push(`the package ${name} (${place})`);
    } else if (computed !== undefined) {
      scan.unknown.push(`a module with a computed name (${place})`);
    }
  }
  // What it imports at its top was found when it was loaded.
  return [];
}

function placeOf(text: string, index: number, file: string): string {
  return `${basename(file)}:${text.slice(0, index).split('\n').length}`;
}

function sourceOf(path: string): string | undefined {
  try {
    const stats = statSync(path);
    return stats.isFile() && stats.size <= LARGEST ? readFileSync(path, 'utf8') : undefined;
  } catch {
    // Told as what could not be looked at.
    return undefined;
  }
}
