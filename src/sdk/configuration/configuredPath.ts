import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationFiles, type Places } from './configurationFiles.ts';

/** What the cache says for one state of the configuration files. */
interface Cached {
  readonly key: string;
  readonly path: string | null;
}

/**
 * `stacks.database_path` without a YAML parser: from a small cache that is good for exactly one
 * state of the files. `undefined` when the cache can't tell; then the files must be read.
 */
export function cachedDatabasePath(
  places: Places,
  named: string | undefined,
): string | null | undefined {
  const files = configurationFiles(places, named);
  if (files.length === 0) return null;
  const cached = readCache(places);
  return cached !== undefined && cached.key === keyOf(files) ? cached.path : undefined;
}

/** Remembers what the files say, for the next start. A cache that can't be written is done without. */
export function rememberDatabasePath(
  places: Places,
  named: string | undefined,
  path: string | null,
): void {
  const files = configurationFiles(places, named);
  if (files.length === 0) return;
  try {
    mkdirSync(places.cache, { recursive: true });
    const partial = `${cacheFile(places)}.${process.pid}`;
    writeFileSync(partial, JSON.stringify({ key: keyOf(files), path } satisfies Cached));
    renameSync(partial, cacheFile(places));
  } catch {
    // A read-only home costs some milliseconds at each start, nothing else.
  }
}

/** Changes whenever one of the files does: another file, another time, another size. */
function keyOf(files: readonly string[]): string {
  const parts = files.map((file) => {
    const { mtimeNs, ctimeNs, size, ino } = statSync(file, { bigint: true });
    return `${file} ${mtimeNs} ${ctimeNs} ${size} ${ino}`;
  });
  return parts.join('\n');
}

function cacheFile(places: Places): string {
  return join(places.cache, 'database-path.json');
}

function readCache(places: Places): Cached | undefined {
  try {
    const cached = JSON.parse(readFileSync(cacheFile(places), 'utf8')) as Partial<Cached>;
    const sound =
      typeof cached.key === 'string' && (cached.path === null || typeof cached.path === 'string');
    return sound ? (cached as Cached) : undefined;
  } catch {
    // Missing or damaged: it will be written anew.
    return undefined;
  }
}
