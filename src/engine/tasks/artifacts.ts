import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, matchesGlob, relative, resolve } from 'node:path';
import type { ArtifactEntry } from '../../model/entry.ts';
import type { TaskHost } from '../../model/host.ts';
import type { TaskDefinition } from '../../model/workflow.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { sealContext } from '../secrets/sealValue.ts';
import type { RunSession } from '../session/RunSession.ts';

/** Bytes that are read at a time. */
const PIECE = 1024 * 1024;

/**
 * Keeps the files that a task names as its artifacts, under the execution's folder.
 *
 * Out: what was kept, and why it is not all. A pattern that matched no file fails its task, or a later one
 * would find out much further from the cause; so does a name that holds a secret, which can't be kept.
 */
export async function collectArtifacts(
  session: RunSession,
  task: TaskDefinition,
  host: TaskHost,
): Promise<{ readonly artifacts: readonly ArtifactEntry[]; readonly fault: string }> {
  const artifacts: ArtifactEntry[] = [];
  const missing: string[] = [];
  for (const pattern of task.artifacts) {
    const files = await matchingFiles(host, pattern);
    if (files.length === 0) missing.push(pattern);
    for (const file of files) {
      if (session.redactor.givesAway(nameOf(host.workdir, file))) {
        const fault = 'the name of an artifact holds a secret, and names are stored as they are';
        return { artifacts, fault };
      }
      artifacts.push(await keep(session, task.name, host.workdir, file));
    }
  }
  const none = `it produced no file for the artifact ${missing.join(', ')}`;
  return { artifacts, fault: missing.length === 0 ? '' : none };
}

/** Copies the artifacts that a task consumes into its working directory, by file name. */
export async function provideArtifacts(
  session: RunSession,
  task: TaskDefinition,
  host: TaskHost,
): Promise<void> {
  if (task.consumes.length === 0) return;
  for (const producer of session.definition.tasks) {
    for (const artifact of session.artifacts.get(producer.name) ?? []) {
      if (!task.consumes.some((wanted) => fits(artifact.path, wanted))) continue;
      const target = resolve(host.workdir, basename(artifact.path));
      await provide(session, producer.name, artifact, target);
    }
  }
}

async function provide(
  { context: { sealer }, head, artifactFolder }: RunSession,
  task: string,
  { path, key }: ArtifactEntry,
  target: string,
): Promise<void> {
  const kept = join(artifactFolder, task, path);
  if (key === undefined) {
    if (resolve(target) !== resolve(kept)) await copyFile(kept, target);
    return;
  }
  // Under its own name only when whole, and once it is known to be what was kept.
  const partial = `${target}.${randomUUID()}.partial`;
  try {
    await sealer.openFile(key, kept, partial, sealContext(head.lineage, 'artifact', path));
    await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
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
  const path = nameOf(workdir, file);
  const target = join(session.artifactFolder, task, path);
  await mkdir(dirname(target), { recursive: true });
  // Under its own name only when whole: a kill must not leave half an artifact to be consumed.
  const key = await copyOrSeal(session, file, `${target}.partial`, path);
  await rename(`${target}.partial`, target);
  session.context.reach('artifact.copied');
  const { size } = await stat(file);
  return { path, bytes: size, sha256: await digest(target), ...(key === null ? {} : { key }) };
}

/** How an artifact is named: its path in the working directory, or its file name where it lies elsewhere. */
function nameOf(workdir: string, file: string): string {
  const inside = relative(workdir, file);
  return inside.startsWith('..') || isAbsolute(inside) ? basename(file) : inside;
}

/** Encrypts what holds a secret. Out: the key's id; `null` for what is kept as it is. */
async function copyOrSeal(
  { context: { sealer }, head, redactor }: RunSession,
  file: string,
  target: string,
  path: string,
): Promise<string | null> {
  if (await holdsSecret(redactor, file)) {
    return sealer.sealFile(file, target, sealContext(head.lineage, 'artifact', path));
  }
  await copyFile(file, target);
  return null;
}

/** Reads piece by piece, each with the end of the one before: a secret may lie across two. */
async function holdsSecret(redactor: Redactor, file: string): Promise<boolean> {
  let before = '';
  for await (const piece of createReadStream(file, { encoding: 'utf8', highWaterMark: PIECE })) {
    const text = before + String(piece);
    if (redactor.contains(text)) return true;
    before = text.slice(-redactor.longest());
  }
  return false;
}

async function digest(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
