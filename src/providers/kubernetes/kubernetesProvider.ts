import type { JsonObject } from '../../model/json.ts';
import type { PreImages, Provider } from '../../model/provider.ts';
import { shellQuoted } from '../../model/shellQuoted.ts';
import { leavingNoted, withoutLeft } from '../leftAlone.ts';
import { runProgram, tryProgram } from '../programs.ts';
import { textOf } from '../property.ts';
import { tableOf } from '../table.ts';
import { refuseIncomplete, unkeptThen } from '../unkept.ts';
import { APPLY, applyManifest, getObject, kubectl, objectWords } from './kubectl.ts';
import {
  comparableManifest,
  declaredFields,
  manifestOf,
  objectName,
  withFields,
} from './manifest.ts';

/** Of these, the objects in them or what they store goes with them. */
const HOLDERS = [
  'Namespace',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'CustomResourceDefinition',
];

/** What was declared of an object, and, should it go, all that an author may say about it. */
const preImages: PreImages = {
  async refuses(properties, _, { action }) {
    const { kind } = objectName(properties);
    if (kind === 'Secret') return 'the values of a Secret are not kept';
    return action === 'delete' && HOLDERS.includes(kind) ? 'what is in it is not kept' : '';
  },
  async keep(properties, machine, request) {
    const object = (await getObject(properties, machine)) ?? {};
    return {
      data: {
        declared: withFields(properties, declaredFields(properties, object)),
        whole: manifestOf(object),
        ...(await unkeptThen(preImages, properties, machine, request)),
      },
    };
  },
  async putBack(properties, { data }, machine) {
    const isThere = (await getObject(properties, machine)) !== undefined;
    if (!isThere) refuseIncomplete(data);
    const manifest = (isThere ? data.declared : data.whole) ?? {};
    await applyManifest({ ...properties, manifest }, machine);
  },
};

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
  preImages,
  bounds: { most: 8, timeout: 60_000 },
  prepare(properties) {
    const { kind, version, name } = objectName(properties);
    if (kind === '' || version === '' || name === '') {
      throw new Error('its manifest names no apiVersion, no kind or no metadata.name');
    }
    refuseWords(kind, name);
    return { ...properties, manifest: comparableManifest({ ...tableOf(properties, 'manifest') }) };
  },
  identity: (properties) => {
    const { kind, group, name, namespace = '' } = objectName(properties);
    const type = group === '' ? kind : `${kind}.${group}`;
    return `${textOf(properties, 'context')}/${namespace}/${type}/${name}`;
  },

  /**
   * A field that is no longer applied is deleted by the server: what is to stay is applied as it is,
   * and told by nobody.
   */
  leaving: (properties, attributes, actual) => {
    const fields = attributes.map((name) => [name, actual[name] ?? null]);
    const manifest = withFields(properties, Object.fromEntries(fields));
    return leavingNoted({ ...properties, manifest }, attributes);
  },

  async expected(properties, machine) {
    const printed = await applyManifest(properties, machine, ['--dry-run=server', '--output=json']);
    return withoutLeft(properties, declaredFields(properties, JSON.parse(printed) as JsonObject));
  },

  async read(properties, machine) {
    const object = await getObject(properties, machine);
    if (object === undefined) return { exists: false };
    return {
      exists: true,
      attributes: withoutLeft(properties, declaredFields(properties, object)),
    };
  },

  async apply(properties, _, machine) {
    await applyManifest(properties, machine);
  },

  async delete(properties, machine) {
    const command = ['delete', ...objectWords(properties), '--ignore-not-found', '--wait'];
    await runProgram(machine, kubectl(properties, command));
  },

  /** Named by its kind and its name, as `Deployment/web`, after its namespace where it has another one. */
  async adopt(id, machine) {
    const [name = '', kind = '', namespace, ...more] = id.split('/').toReversed();
    if (kind === '' || more.length > 0) {
      throw new Error(
        `'${id}' is not a kind and a name, as 'Deployment/web' or 'shop/Deployment/web'`,
      );
    }
    refuseWords(kind, name);
    const place = namespace === undefined ? [] : [`--namespace=${namespace}`];
    const command = ['kubectl', ...place, 'get', kind, name, '--output=json'];
    return { manifest: manifestOf(JSON.parse(await runProgram(machine, command)) as JsonObject) };
  },

  take: async (properties, actual) => ({ ...properties, manifest: withFields(properties, actual) }),

  preflight: async (machine) => {
    const { exitCode, stderr } = await tryProgram(machine, ['kubectl', 'version', '--client']);
    if (exitCode !== 0) throw new Error(stderr.trim());
  },

  suggest: (properties) => {
    const { kind, name } = objectName(properties);
    if (kind === 'Secret') return `Apply the manifest of Secret ${name} with kubectl`;
    const manifest = shellQuoted(JSON.stringify(tableOf(properties, 'manifest')));
    const command = kubectl(properties, [...APPLY, '--filename=-'])
      .map(shellQuoted)
      .join(' ');
    return `$ printf %s ${manifest} | ${command}`;
  },
};

/** Refuses what `kubectl` would take for an option, or for several objects. */
function refuseWords(kind: string, name: string): void {
  if (!/^[A-Za-z][\w.-]*$/.test(kind)) throw new Error(`'${kind}' is no kind`);
  if (!/^[^\s/,-][^\s/,]*$/.test(name)) throw new Error(`'${name}' is no name of an object`);
}
