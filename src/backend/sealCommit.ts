import { type Commit, type CommitBody, canonicalBody, keepBody } from '../model/commit.ts';
import { sha256 } from './sha256.ts';

/**
 * Links a commit to the one before: `hash = sha256(parent hash + canonical body)`. Whoever alters a
 * commit must alter every later one, so the newest hash vouches for the whole log.
 */
export function sealCommit(parent: string, body: CommitBody): Commit {
  const text = canonicalBody(body);
  return keepBody({ ...body, parent, hash: sha256(parent + text) }, text);
}
