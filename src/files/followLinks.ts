import type { Stats } from 'node:fs';
import { readlink, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { lookAt } from './lookAt.ts';

/** As many as Linux follows in one path. */
const MOST_LINKS = 40;

/** Whether no part of a path is a link, asked in one call: so it is with most. */
async function hasNoLinks(path: string): Promise<boolean> {
  try {
    return (await realpath(path)) === path;
  } catch {
    // What doesn't exist, or can't be looked at, is gone through part by part.
    return false;
  }
}

/**
 * The path behind all links of a path, its last component included; what doesn't exist stays as it is.
 *
 * A link is only followed where its owner is root, we ourselves, or the owner of what it leads to. So
 * nobody who may write to one folder of a path can lead us elsewhere: a user's `uploads/app.conf` that is
 * a link to `/etc/shadow` is refused, whoever runs us. Rejects on more than 40 links.
 */
export async function followLinks(path: string): Promise<string> {
  const plain = resolve(path);
  if (await hasNoLinks(plain)) return plain;
  let rest = componentsOf(plain);
  let done = '/';
  let links = 0;
  for (;;) {
    const [name, ...after] = rest;
    if (name === undefined) return done;
    rest = after;
    if (name === '..') {
      done = dirname(done);
      continue;
    }
    const next = resolve(done, name);
    const stat = await lookAt(next);
    if (stat === undefined) return resolve(next, ...rest);
    if (!stat.isSymbolicLink()) {
      done = next;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw new Error(`${path} leads through too many links`);
    const target = await readlink(next);
    // Not normalised: the system has to see through links before a `..`, too.
    await refusePlanted(next, stat, isAbsolute(target) ? target : `${done}/${target}`);
    if (isAbsolute(target)) done = '/';
    rest = [...componentsOf(target), ...rest];
  }
}

async function refusePlanted(link: string, stat: Stats, target: string): Promise<void> {
  if (stat.uid === 0 || stat.uid === process.geteuid?.()) return;
  const behind = await lookAt(target);
  if (behind?.uid === stat.uid) return;
  throw new Error(
    `${link} is a link that user ${stat.uid} made to ${target}, which is not theirs: it is not followed`,
  );
}

function componentsOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}
