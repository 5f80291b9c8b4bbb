import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Attributes, Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { runProgram, tryProgram } from '../programs.ts';
import { optionalText, textOf } from '../property.ts';
import { tableOf } from '../table.ts';

/**
 * An object of a Kubernetes cluster, through `kubectl`. What it should look like is what the server
 * says in a dry run: `1000m` and `1` are the same to it, so they are the same here. Only what the
 * manifest declares is compared; replicas that something else scales are nobody's drift.
 */
export const kubernetesProvider: Provider = {
  type: 'kubernetes',
  remote: true,
  properties: {
    manifest: { type: 'table', help: 'the object, as in a manifest', required: true },
    context: { type: 'text', help: 'which cluster, as kubectl names it' },
    namespace: { type: 'text', help: 'its namespace, where the manifest names none' },
  },
  // Named after the fields of the manifest.
  attributes: {},
  bounds: { most: 8, timeout: 60_000 },
  prepare(properties) {
    const { apiVersion, kind, metadata } = tableOf(properties, 'manifest');
    if (typeof apiVersion !== 'string' || typeof kind !== 'string' || nameIn(metadata) === '') {
      throw new Error('its manifest names no apiVersion, no kind or no metadata.name');
    }
    return properties;
  },
  identity: (properties) => {
    const { kind, metadata } = tableOf(properties, 'manifest');
    const [context, namespace] = [textOf(properties, 'context'), namespaceOf(properties) ?? ''];
    return `${context}/${namespace}/${String(kind)}/${nameIn(metadata)}`;
  },

  async expected(properties, machine) {
    const flags = ['--server-side', '--force-conflicts', '--dry-run=server'];
    const printed = await kubectlApply(properties, machine, [...flags, '--output=json']);
    return declaredFields(properties, JSON.parse(printed) as JsonObject);
  },

  async read(properties, machine) {
    const { kind, metadata } = tableOf(properties, 'manifest');
    const command = ['get', String(kind), nameIn(metadata), '--output=json', '--ignore-not-found'];
    const printed = await runProgram(machine, kubectl(properties, command));
    if (printed.trim() === '') return { exists: false };
    return {
      exists: true,
      attributes: declaredFields(properties, JSON.parse(printed) as JsonObject),
    };
  },

  async apply(properties, _, machine) {
    await kubectlApply(properties, machine, ['--server-side', '--force-conflicts']);
  },

  async delete(properties, machine) {
    const { kind, metadata } = tableOf(properties, 'manifest');
    const command = ['delete', String(kind), nameIn(metadata), '--ignore-not-found', '--wait'];
    await runProgram(machine, kubectl(properties, command));
  },

  /** Named by its kind and its name, as `Deployment/web`; what the server keeps for itself is left out. */
  async adopt(id, machine) {
    const [kind = '', name = ''] = id.split('/');
    const printed = await runProgram(machine, ['kubectl', 'get', kind, name, '--output=json']);
    const { status: _, ...manifest } = JSON.parse(printed) as JsonObject;
    const metadata = isObject(manifest.metadata) ? manifest.metadata : {};
    const kept = Object.entries(metadata).filter(([key]) => KEPT.has(key));
    return { manifest: { ...manifest, metadata: Object.fromEntries(kept) } };
  },

  async take(properties, actual) {
    const manifest = structuredClone(tableOf(properties, 'manifest')) as JsonObject;
    for (const [path, value] of Object.entries(actual)) setAt(manifest, path.split('.'), value);
    return { ...properties, manifest };
  },

  preflight: async (machine) => {
    const { exitCode, stderr } = await tryProgram(machine, ['kubectl', 'version', '--client']);
    if (exitCode !== 0) throw new Error(stderr.trim());
  },

  suggest: (properties) => {
    const { kind, metadata } = tableOf(properties, 'manifest');
    return `$ kubectl apply --server-side --filename=… (${String(kind)} ${nameIn(metadata)})`;
  },
};

/** What an author says about an object; all other metadata is the server's. */
const KEPT = new Set(['name', 'namespace', 'labels', 'annotations']);

function kubectl(properties: Properties, command: readonly string[]): string[] {
  const [context, namespace] = [optionalText(properties, 'context'), namespaceOf(properties)];
  return [
    'kubectl',
    ...(context === undefined ? [] : ['--context', context]),
    ...(namespace === undefined ? [] : ['--namespace', namespace]),
    ...command,
  ];
}

async function kubectlApply(
  properties: Properties,
  machine: ProviderMachine,
  flags: readonly string[],
): Promise<string> {
  const stdin = JSON.stringify(tableOf(properties, 'manifest'));
  const manager = '--field-manager=sloth-runner';
  const command = kubectl(properties, ['apply', manager, ...flags, '--filename=-']);
  return runProgram(machine, command, { stdin });
}

function namespaceOf(properties: Properties): string | undefined {
  const { metadata } = tableOf(properties, 'manifest');
  const own = isObject(metadata) ? metadata.namespace : undefined;
  return typeof own === 'string' ? own : optionalText(properties, 'namespace');
}

function nameIn(metadata: JsonValue | undefined): string {
  return isObject(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
}

/** The fields that the manifest declares, by their path, as an object of the server has them. */
function declaredFields(properties: Properties, object: JsonObject): Attributes {
  const paths = leavesOf(tableOf(properties, 'manifest'), []).filter(
    ([first]) => first !== 'apiVersion' && first !== 'kind',
  );
  return Object.fromEntries(paths.map((path) => [path.join('.'), valueAt(object, path) ?? null]));
}

/** Paths of everything that is no table; a list is one value, in its order. */
function leavesOf(
  value: JsonValue | Readonly<Record<string, JsonValue>>,
  path: string[],
): string[][] {
  if (!isObject(value)) return [path];
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...path, key]));
}

function valueAt(object: JsonValue, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const key of path) value = isObject(value) ? value[key] : undefined;
  return value;
}

function setAt(object: JsonObject, path: readonly string[], value: JsonValue): void {
  let target = object;
  for (const key of path.slice(0, -1)) {
    const next = target[key];
    if (!isObject(next)) return;
    target = next;
  }
  const last = path.at(-1);
  if (last !== undefined) target[last] = value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
