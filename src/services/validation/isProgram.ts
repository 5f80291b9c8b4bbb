import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/**
 * Whether a program can be started by this name: as a path, relative to a folder, or from one of the
 * folders of `path`, the text of a `PATH`.
 */
export function isProgram(name: string, cwd: string, path: string): boolean {
  if (name.includes('/')) return isExecutable(resolve(cwd, name));
  return path.split(delimiter).some((folder) => folder !== '' && isExecutable(join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Missing or not executable: both mean that it can't be run from here.
    return false;
  }
}
