import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** How a project file is called. */
export const PROJECT_FILE = 'sloth.yaml';

/** The project file of a folder, or of the nearest one above it; `undefined` where there is none. */
export function findProject(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const file = join(at, PROJECT_FILE);
    if (existsSync(file)) return file;
    if (at === dirname(at)) return undefined;
  }
}
