import { resolve } from 'node:path';
import { findProject } from './findProject.ts';
import type { Project } from './Project.ts';
import { readProject } from './readProject.ts';

/** The project of a file that was named, or of the folder; `null` where it belongs to none. */
export function openProject(cwd: string, file: string | undefined): Project | null {
  const found = file === undefined ? findProject(cwd) : resolve(cwd, file);
  return found === undefined ? null : readProject(found);
}
