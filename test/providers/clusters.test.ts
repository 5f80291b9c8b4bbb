import { mkdirSync } from 'node:fs';
import { chmod, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeProviders } from './describeProviders.ts';

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
