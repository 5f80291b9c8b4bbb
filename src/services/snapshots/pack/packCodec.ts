import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Chunk } from '../../../backend/Chunk.ts';
import type { EntryKind } from '../../../model/entry.ts';
import type { PackNode } from './PackNode.ts';

/** Written before each node, so that a later format is told apart from a broken chunk. */
const FORMAT = 1;

/**
 * What entries look like, for the compression to begin with: a delta of a few entries would else spend
 * most of its bytes on the names of their fields. Part of the format.
 */
const dictionary = Buffer.from(
  '"leaf","entries":[["value","output","sensitive":true,"sealed":"v1.pass.v1.file.' +
    '["task","{"workflow":"","description":"","timeout":null,"retries":0,"dependsOn":[],"tags":[]}' +
    '{"type":"delta","serial":,"parent":"","index":"","depth":,"changes":[' +
    '["resource","{"type":"command","status":"applied","properties":{"value":{"path":"/' +
    '","content":"","mode":"0644"}},"attributes":{"value":{"sort":"file","content":"sha256:' +
    '"}},"masked":[],"identity":"/","host":"","dependencies":["file."],"options":{"severity":{},' +
    '"impact":{},"ignore":[],"protect":false,"prune":true,"sensitive":[],"version":""},' +
    '"at":{"file":"/.sloth","line":},"appliedAt":17}],"size":,"resources":,"tasks":}',
);

/** A node as a chunk: its format, then JSON, compressed; named by the SHA-256 of these bytes. */
export function encodeNode(node: PackNode): Chunk {
  return encodeText(JSON.stringify(node));
}

/** As `encodeNode`, for a node that is written out already. */
export function encodeText(text: string): Chunk {
  const body = deflateRawSync(text, { dictionary });
  const bytes = new Uint8Array(body.length + 1);
  bytes[0] = FORMAT;
  bytes.set(body, 1);
  return { hash: createHash('sha256').update(bytes).digest('hex'), bytes };
}

/** The node in a chunk's bytes. Throws where they are none. */
export function decodeNode(bytes: Uint8Array): PackNode {
  if (bytes[0] !== FORMAT) throw new Error(`format ${String(bytes[0])} is not known`);
  return JSON.parse(inflateRawSync(bytes.subarray(1), { dictionary }).toString()) as PackNode;
}

/** Whether bytes are what their name says. */
export function isIntact(hash: string, bytes: Uint8Array): boolean {
  return createHash('sha256').update(bytes).digest('hex') === hash;
}

/** How an entry is named within a content. */
export function keyOf(kind: EntryKind, name: string): string {
  return `${kind}/${name}`;
}

/** A short hash of a key: the same everywhere, spread evenly (FNV-1a with a final mix). */
export function shortHash(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** The chunks that a node refers to. */
export function linksOf(node: PackNode): readonly string[] {
  switch (node.type) {
    case 'base':
      return node.leaves.filter((hash) => hash !== '');
    case 'leaf':
      return [];
    case 'delta':
      return [node.parent, node.index].filter((hash) => hash !== '');
    case 'index':
      return [node.parent, ...node.deltas].filter((hash) => hash !== '');
  }
}
