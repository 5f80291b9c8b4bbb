import { type Commit, type CommitBody, canonicalBody } from '../model/commit.ts';
import { sha256 } from './sha256.ts';

/**
 * Links a commit to the one before: `hash = sha256(parent hash + canonical body)`. Whoever alters a
 * commit must alter every later one, so the newest hash vouches for the whole log.
 */
export function sealCommit(parent: string, body: CommitBody): Commit {
  return { ...body, parent, hash: sha256(parent + canonicalBody(body)) };
}
