import { fileURLToPath } from 'node:url';

/** The query that marks the modules of one load. */
const MARK = 'sloth-load';

/**
 * The URL of a module that belongs to a workflow: its file's, marked with the load it is part of.
 *
 * The mark makes each load evaluate its files anew (an engine cache would otherwise give a
 * long-lived server the file as it was when it started), tells our files from everybody else's in
 * module hooks, and is found again in stack traces.
 */
export const LOADED_URL = new RegExp(`file://[^\\s?]*\\?${MARK}=[\\w.]+`);

/** The URL of a file as a part of a load. */
export function markUrl(url: string, load: string): string {
  return `${url.replace(/[?#].*$/, '')}?${MARK}=${load}`;
}

/** Which load a module belongs to; `undefined` for modules that are no workflow's own. */
export function loadOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new RegExp(`\\?${MARK}=([\\w.]+)$`).exec(url)?.[1];
}

/** The absolute path of a marked or unmarked file URL; a path stays what it is. */
export function pathOf(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url.replace(/[?#].*$/, '')) : url;
}
