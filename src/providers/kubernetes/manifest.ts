import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Attributes, Properties } from '../../model/provider.ts';
import { optionalText } from '../property.ts';
import { tableOf } from '../table.ts';

/** What names an object of a cluster. */
export interface ObjectName {
  readonly kind: string;
  /** Of its API, without the version; empty for the first one. */
  readonly group: string;
  readonly version: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

/** Where a value of a manifest stands. */
export type ManifestPath = readonly string[];

/** Names the object of a declaration. */
export function objectName(properties: Properties): ObjectName {
  const { apiVersion, kind, metadata } = tableOf(properties, 'manifest');
  const own = isObject(metadata) ? metadata : {};
  const version = textIn(apiVersion).split('/').at(-1) ?? '';
  return {
    kind: textIn(kind),
    group: textIn(apiVersion).split('/').slice(0, -1).join('/'),
    version,
    name: textIn(own.name),
    namespace:
      typeof own.namespace === 'string' ? own.namespace : optionalText(properties, 'namespace'),
  };
}

/** The manifest as it is to be compared: what can only be written stands where it is read. */
export function comparableManifest(manifest: JsonObject): JsonObject {
  const { stringData, ...rest } = manifest;
  if (manifest.kind !== 'Secret' || !isObject(stringData)) return manifest;
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  const data = isObject(rest.data) ? rest.data : {};
  return { ...rest, data: { ...data, ...Object.fromEntries(encoded) } };
}

/** Everything that a manifest declares, by the names of its attributes. */
export function declaredPaths(properties: Properties): Map<string, ManifestPath> {
  const paths = leavesOf({ ...tableOf(properties, 'manifest') }, []);
  const own = paths.filter(([first]) => first !== 'apiVersion' && first !== 'kind');
  return new Map(own.map((path) => [path.join('.'), path]));
}

/** The fields that the manifest declares, as an object of the server has them. */
export function declaredFields(properties: Properties, object: JsonObject): Attributes {
  const fields = [...declaredPaths(properties)].map(
    ([name, path]) => [name, valueAt(object, path) ?? null] as const,
  );
  return Object.fromEntries(fields);
}

/** The manifest with other values in some places; what is `null` there is not declared any more. */
export function withFields(properties: Properties, fields: Attributes): JsonObject {
  const manifest = structuredClone({ ...tableOf(properties, 'manifest') });
  for (const [name, path] of declaredPaths(properties)) {
    const value = fields[name];
    if (value !== undefined) setAt(manifest, path, value);
  }
  return manifest;
}

/** A manifest that would make an object as it is, without what the server keeps for itself. */
export function manifestOf(object: JsonObject): JsonObject {
  const { status: _, metadata, ...rest } = object;
  const own = Object.entries(isObject(metadata) ? metadata : {}).filter(([key]) => KEPT.has(key));
  const kept = Object.fromEntries(own);
  if (!isObject(kept.annotations)) return { ...rest, metadata: kept };
  const { annotations, ...others } = kept;
  const notes = Object.entries(annotations).filter(([key]) => !SERVERS.test(key));
  const more = notes.length === 0 ? {} : { annotations: Object.fromEntries(notes) };
  return { ...rest, metadata: { ...others, ...more } };
}

/** What an author says about an object; all other metadata is the server's. */
const KEPT = new Set(['name', 'namespace', 'labels', 'annotations']);
const SERVERS =
  /^(?:deployment\.kubernetes\.io\/revision|kubectl\.kubernetes\.io\/last-applied-configuration)$/;

/** Paths of everything that is no table, or an empty one; a list is one value, in its order. */
function leavesOf(value: JsonValue, path: ManifestPath): ManifestPath[] {
  if (!isObject(value) || Object.keys(value).length === 0) return [path];
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...path, key]));
}

function valueAt(object: JsonValue, path: ManifestPath): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const key of path) value = isObject(value) ? value[key] : undefined;
  return value;
}

function setAt(object: JsonObject, path: ManifestPath, value: JsonValue): void {
  let target = object;
  for (const key of path.slice(0, -1)) {
    const next = target[key];
    if (!isObject(next)) return;
    target = next;
  }
  const last = path.at(-1) ?? '';
  if (value === null) delete target[last];
  else target[last] = value;
}

function textIn(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
