import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, matchesGlob, relative, resolve } from 'node:path';
import type { ArtifactEntry } from '../model/entry.ts';
import type { TaskHost } from '../model/host.ts';
import type { TaskDefinition } from '../model/workflow.ts';
import type { RunSession } from './RunSession.ts';

/**
 * Keeps the files that a task names as its artifacts, under the execution's folder.
 *
 * Out: what was kept, and the patterns that matched no file: an artifact that was promised and is
 * not there fails its task, or a later one would find out much further from the cause.
 */
export async function collectArtifacts(
  session: RunSession,
  task: TaskDefinition,
  host: TaskHost,
): Promise<{ readonly artifacts: readonly ArtifactEntry[]; readonly missing: readonly string[] }> {
  const artifacts: ArtifactEntry[] = [];
  const missing: string[] = [];
  for (const pattern of task.artifacts) {
    const files = await matchingFiles(host, pattern);
    if (files.length === 0) missing.push(pattern);
    for (const file of files) artifacts.push(await keep(session, task.name, host.workdir, file));
  }
  return { artifacts, missing };
}

/** Copies the artifacts that a task consumes into its working directory, by file name. */
export async function provideArtifacts(
  session: RunSession,
  task: TaskDefinition,
  host: TaskHost,
): Promise<void> {
  if (task.consumes.length === 0) return;
  for (const producer of session.definition.tasks) {
    for (const { path } of session.artifacts.get(producer.name) ?? []) {
      if (!task.consumes.some((wanted) => fits(path, wanted))) continue;
      const target = resolve(host.workdir, basename(path));
      const kept = join(session.artifactFolder, producer.name, path);
      if (resolve(target) !== resolve(kept)) await copyFile(kept, target);
    }
  }
}

/** An artifact is named by its path, its file name, or a pattern over either. */
function fits(path: string, wanted: string): boolean {
  return [path, basename(path)].some((each) => each === wanted || matchesGlob(each, wanted));
}

async function matchingFiles(host: TaskHost, pattern: string): Promise<string[]> {
  const found = await host.fsGlob(pattern);
  const paths = found.map((each) => resolve(host.workdir, each));
  const kinds = await Promise.all(paths.map((path) => stat(path)));
  return paths.filter((_, index) => kinds[index]?.isFile());
}

async function keep(
  session: RunSession,
  task: string,
  workdir: string,
  file: string,
): Promise<ArtifactEntry> {
  const inside = relative(workdir, file);
  const outside = inside.startsWith('..') || isAbsolute(inside);
  const path = outside ? basename(file) : inside;
  const target = join(session.artifactFolder, task, path);
  await mkdir(dirname(target), { recursive: true });
  // Under its own name only when whole: a kill must not leave half an artifact to be consumed.
  await copyFile(file, `${target}.partial`);
  await rename(`${target}.partial`, target);
  session.context.reach('artifact.copied');
  const { size } = await stat(target);
  return { path, bytes: size, sha256: await digest(target) };
}

async function digest(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
