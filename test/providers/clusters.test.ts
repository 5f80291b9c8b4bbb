import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { chmod, readFile, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import type { Properties } from '../../src/model/provider.ts';
import { describeProviders, machineIn } from './describeProviders.ts';
import { type PreparedObject, prepareObject } from './prepareObject.ts';

const env = { PATH: `FOLDER/bin:${process.env.PATH ?? ''}` };

/** Puts a program on the path that answers as the real one was seen to. */
function standIn(name: string, script: string): (folder: string) => Promise<void> {
  return async (folder) => {
    mkdirSync(join(folder, 'bin'));
    const path = join(folder, 'bin', name);
    await writeFile(path, `#!${process.execPath}\n${script.replaceAll('FOLDER', folder)}`);
    await chmod(path, 0o755);
  };
}

const change = async (path: string, edit: (object: Cluster) => void): Promise<void> => {
  const object = JSON.parse(await readFile(path, 'utf8')) as Cluster;
  edit(object);
  await writeFile(path, JSON.stringify(object));
};

interface Cluster {
  metadata: { labels: object };
  spec: { replicas: number };
  State: { Status: string };
}

/** Adds what a server adds, and says a quantity in its own way. */
const kubectl = `
const fs = require('node:fs');
const words = process.argv.slice(2);
const object = 'FOLDER/object.json';
const command = words.find((word) => ['apply', 'get', 'delete'].includes(word));
if (command === 'apply') {
  const given = JSON.parse(fs.readFileSync(0, 'utf8'));
  given.metadata = { uid: '1', resourceVersion: '7', ...given.metadata };
  given.status = { readyReplicas: 1 };
  const limits = given.spec.template.spec.containers[0];
  if (limits.cpu === '1000m') limits.cpu = '1';
  if (words.includes('--dry-run=server')) console.log(JSON.stringify(given));
  else fs.writeFileSync(object, JSON.stringify(given));
} else if (command === 'get') {
  if (fs.existsSync(object)) console.log(fs.readFileSync(object, 'utf8'));
} else if (command === 'delete') fs.rmSync(object, { force: true });
`;

const manifest = (replicas: number): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    replicas,
    template: { spec: { containers: [{ name: 'web', image: 'nginx:1', cpu: '1000m' }] } },
  },
});

describe('an object of a cluster (a program that stands in for kubectl and a cluster)', () => {
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sloth-cluster-'));
    await standIn('kubectl', kubectl)(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const labelled = (replicas: number, labels: JsonObject): Properties => {
    const object = JSON.parse(JSON.stringify(manifest(replicas))) as { metadata: object };
    return { manifest: { ...object, metadata: { ...object.metadata, labels } } as JsonObject };
  };
  const ready = (properties: Properties): Promise<PreparedObject> =>
    prepareObject('kubernetes', machineIn(folder, env), properties);
  const stored = async (): Promise<Cluster> =>
    JSON.parse(await readFile(join(folder, 'object.json'), 'utf8')) as Cluster;
  const dotted = { 'app.kubernetes.io/name': 'web', tier: 'front' };

  test('is taken as it is, whatever its keys are; what is gone is not declared any more', async () => {
    const web = await ready(labelled(3, dotted));
    await web.apply();
    await change(join(folder, 'object.json'), (object) => {
      object.metadata.labels = { 'app.kubernetes.io/name': 'shop', mine: 'x' };
    });
    const actual = await web.read();
    const attributes = actual.exists ? actual.attributes : {};
    const taken = await web.provider.take?.(web.properties, attributes, web.machine);
    const again = await ready(taken ?? {});
    const expected = await again.provider.expected(again.properties, again.machine);
    expect(expected).toMatchObject({ 'metadata.labels.app.kubernetes.io/name': 'shop' });
    expect(await again.read()).toEqual({ exists: true, attributes: expected });
  });

  test('keeps the fields that are left alone as they are, and tells nothing of them', async () => {
    const web = await ready(labelled(3, dotted));
    await web.apply();
    await change(join(folder, 'object.json'), (object) => {
      object.spec.replicas = 9;
    });
    const actual = await web.read();
    const attributes = actual.exists ? actual.attributes : {};
    const next = await ready(labelled(5, { ...dotted, tier: 'back' }));
    const left = next.provider.leaving?.(next.properties, ['spec.replicas'], attributes) ?? {};
    expect(await next.provider.expected(left, next.machine)).not.toHaveProperty('spec.replicas');
    await next.provider.apply(left, actual, next.machine);
    expect(await stored()).toMatchObject({
      spec: { replicas: 9 },
      metadata: { labels: { tier: 'back' } },
    });
  });

  test('comes back as it was, whether it was changed or deleted', async () => {
    await (await ready(labelled(3, { ...dotted, theirs: 'x' }))).apply();
    const web = await ready(labelled(5, dotted));
    const update = await web.keep('update');
    await web.apply();
    await web.putBack(update);
    expect((await stored()).spec.replicas).toBe(3);
    await (await ready(labelled(3, { ...dotted, theirs: 'x' }))).apply();
    const before = await stored();
    const deleted = await web.keep('delete');
    await web.remove();
    await web.putBack(deleted);
    expect(await stored()).toEqual(before);
    const named = { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'shop' } };
    expect(await (await ready({ manifest: named })).refuses('delete')).toBe(
      'what is in it is not kept',
    );
    const secret = { ...named, kind: 'Secret' };
    expect(await (await ready({ manifest: secret })).refuses('update')).toBe(
      'the values of a Secret are not kept',
    );
  });

  test('is applied by the command that is suggested', async () => {
    const web = await ready({ ...labelled(3, { "it's": '$HOME "x"' }), context: 'a b' });
    const command = web.provider.suggest(web.properties, 'spec.replicas').slice('$ '.length);
    execFileSync('/bin/sh', ['-euc', command], {
      env: { PATH: `${folder}/bin:${process.env.PATH ?? ''}` },
    });
    const attributes = await web.provider.expected(web.properties, web.machine);
    expect(await web.read()).toEqual({ exists: true, attributes });
  });

  test('has one identity for each API, and what is only written is compared where it is read', async () => {
    const of = async (apiVersion: string, more: Properties = {}): Promise<PreparedObject> =>
      ready({ manifest: { apiVersion, kind: 'Secret', metadata: { name: 'a' }, ...more } });
    const identity = async (apiVersion: string): Promise<string> => {
      const { provider, properties } = await of(apiVersion);
      return provider.identity(properties);
    };
    expect(await identity('apps/v1')).toBe(await identity('apps/v2'));
    expect(await identity('apps/v1')).not.toBe(await identity('v1'));
    const secret = await of('v1', { stringData: { key: 'ä' }, data: { old: 'eA==' } });
    expect(secret.properties.manifest).toMatchObject({ data: { key: 'w6Q=', old: 'eA==' } });
    expect(secret.properties.manifest).not.toHaveProperty('stringData');
  });

  test.each([
    [{ apiVersion: 'v1', kind: '--all', metadata: { name: 'x' } }, `'--all' is no kind`],
    [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: '--all' } }, `'--all' is no name`],
    [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a b' } }, `'a b' is no name`],
    [{ apiVersion: 'v1', kind: 'Pod', metadata: {} }, 'names no apiVersion'],
  ])('is refused: %j', async (wrong, reason) => {
    await expect(ready({ manifest: wrong as JsonObject })).rejects.toThrow(reason);
  });
});

/** Keeps one container, as \`inspect\` tells it. */
const docker = `
const fs = require('node:fs');
const [command, ...words] = process.argv.slice(2);
const file = 'FOLDER/container.json';
const known = () => (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined);
const keep = (container) => fs.writeFileSync(file, JSON.stringify(container));
const after = (flag) => words[words.indexOf(flag) + 1];
if (command === 'ps') console.log(known() === undefined ? '' : words.includes('{{.Names}}') ? 'web' : 'f00d');
else if (command === 'inspect') console.log(JSON.stringify([known()]));
else if (command === 'rm') fs.rmSync(file, { force: true });
else if (command === 'start') keep({ ...known(), State: { Status: 'running' } });
else if (command === 'run') {
  if (process.env.MODE === undefined) throw new Error('a variable did not arrive');
  const [label, value] = after('--label').split('=');
  const Image = words.at(words.indexOf('--publish') + 2);
  keep({ State: { Status: 'running' }, Config: { Image, Labels: { [label]: value } } });
} else process.exit(1);
`;

const container = { name: 'web', image: 'nginx:1', env: { MODE: 'x' }, ports: ['8080:80'] };

describeProviders([
  {
    name: 'Kubernetes object that was scaled (a program that stands in for kubectl and a cluster)',
    id: 'Deployment/web',
    type: 'kubernetes',
    env,
    prepare: standIn('kubectl', kubectl),
    properties: { manifest: JSON.parse(JSON.stringify(manifest(3))) },
    changed: { manifest: JSON.parse(JSON.stringify(manifest(5))) },
    disturb: (folder) =>
      change(join(folder, 'object.json'), (object) => {
        object.spec.replicas = 1;
      }),
    disturbed: ['spec.replicas'],
  },
  {
    name: 'container that exited (a program that stands in for docker)',
    type: 'container',
    env,
    prepare: standIn('docker', docker),
    properties: container,
    changed: { ...container, image: 'nginx:2' },
    disturb: (folder) =>
      change(join(folder, 'container.json'), (object) => {
        object.State.Status = 'exited';
      }),
    disturbed: ['status'],
  },
  {
    name: 'container that was removed (a program that stands in for podman)',
    type: 'container',
    env,
    prepare: standIn('podman', docker),
    properties: { ...container, engine: 'podman' },
    changed: { ...container, engine: 'podman', ports: ['9090:80'] },
    disturb: (folder) => unlink(join(folder, 'container.json')),
    disturbed: [],
  },
]);
