import { digestOf } from '../../files/digestOf.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Properties, Provider, ProviderMachine } from '../../model/provider.ts';
import { leavingNoted, withoutLeft } from '../leftAlone.ts';
import { hasProgram, runProgram } from '../programs.ts';
import { optionalText, textOf } from '../property.ts';
import { tableOf, textsOf } from '../table.ts';

/** The label that says what a container was made from: an engine doesn't tell it again in full. */
const LABEL = 'sloth-runner.config';

/** A container that is kept running, through `docker` or `podman`. Another configuration makes it anew. */
export const containerProvider: Provider = {
  type: 'container',
  properties: {
    name: { type: 'text', help: 'its name', required: true },
    image: { type: 'text', help: 'the image it is made from', required: true },
    command: { type: 'texts', help: 'what runs in it, instead of what the image says' },
    env: { type: 'table', help: 'variables it gets' },
    ports: { type: 'texts', help: 'ports that are published, as 127.0.0.1:8080:80' },
    volumes: { type: 'texts', help: 'what is mounted, as /srv/data:/data' },
    restart: { type: 'text', help: 'when the engine starts it again, as unless-stopped' },
    engine: { type: 'text', help: 'docker or podman (default: what is there)' },
  },
  attributes: {
    status: { kind: 'state', severity: 'high', impact: 'Service degradation' },
    image: { kind: 'configuration', severity: 'high', impact: 'Runs another version' },
    config: { kind: 'configuration', severity: 'medium', impact: 'Runs with other settings' },
  },
  bounds: { most: 8, timeout: 60_000 },
  prepare: (properties) => properties,
  identity: (properties) => textOf(properties, 'name'),
  leaving: (properties, attributes, actual) => {
    const image = (attributes.includes('image') ? actual : properties).image ?? null;
    return leavingNoted({ ...properties, image }, attributes);
  },
  expected: async (properties) =>
    withoutLeft(properties, {
      status: 'running',
      image: textOf(properties, 'image'),
      config: fingerprint(properties),
    }),
  preImages: {
    refuses: async () => 'only its declaration is kept, not what was written in it',
    keep: async () => ({ data: {} }),
    putBack: async () => {
      throw new Error("a container can't be put back as it was");
    },
  },

  async read(properties, machine) {
    const engine = await engineOf(properties, machine);
    const name = textOf(properties, 'name');
    // Listed first: that there is none is an empty list, while a failing `inspect` may mean anything.
    const filter = ['ps', '--all', '--filter', `name=^/?${name}$`, '--format', '{{.ID}}'];
    if ((await runProgram(machine, [engine, ...filter])).trim() === '') return { exists: false };
    const printed = await runProgram(machine, [engine, 'inspect', name]);
    const [found] = JSON.parse(printed) as readonly Inspected[];
    if (found === undefined) return { exists: false };
    return {
      exists: true,
      attributes: {
        status: found.State.Status,
        image: found.Config.Image,
        config: found.Config.Labels?.[LABEL] ?? null,
      },
    };
  },

  async apply(properties, actual, machine) {
    const engine = await engineOf(properties, machine);
    const name = textOf(properties, 'name');
    const { image, config, status } = actual.exists ? actual.attributes : {};
    const expected = await containerProvider.expected(properties, machine);
    const keepsConfig = actual.exists && (expected.config ?? config) === config;
    if (keepsConfig && (expected.image ?? image) === image) {
      if (expected.status === undefined || status === 'running') return;
      await runProgram(machine, [engine, 'start', name]);
      return;
    }
    if (actual.exists) await runProgram(machine, [engine, 'rm', '--force', name]);
    // Named on the command line, where everybody may read; their values come from the environment.
    const variables = Object.entries(tableOf(properties, 'env'));
    const env = Object.fromEntries(variables.map(([key, value]) => [key, String(value)]));
    await runProgram(machine, [engine, ...runCommand(properties)], { env });
  },

  async delete(properties, machine) {
    const { exists } = await containerProvider.read(properties, machine);
    if (!exists) return;
    const engine = await engineOf(properties, machine);
    await runProgram(machine, [engine, 'rm', '--force', textOf(properties, 'name')]);
  },

  async list(declared, machine) {
    const engine = await engineOf(declared[0] ?? {}, machine);
    const printed = await runProgram(machine, [engine, 'ps', '--all', '--format', '{{.Names}}']);
    const names = printed.split('\n').filter((name) => name !== '');
    return names.map((name) => ({ type: 'container', identity: name, id: name }));
  },

  preflight: async (machine) => {
    await engineOf({}, machine);
  },

  suggest(properties, attribute) {
    const engine = optionalText(properties, 'engine') ?? 'docker';
    const name = textOf(properties, 'name');
    if (attribute === 'status') return `$ ${engine} start ${name}`;
    return `$ ${engine} rm --force ${name} && ${engine} ${runCommand(properties).join(' ')}`;
  },
};

/** As much of `inspect` as is needed. */
interface Inspected {
  readonly State: { readonly Status: string };
  readonly Config: {
    readonly Image: string;
    readonly Labels?: Readonly<Record<string, string>> | null;
  };
}

function runCommand(properties: Properties): string[] {
  const flags = (flag: string, values: readonly string[]): string[] =>
    values.flatMap((value) => [flag, value]);
  const restart = optionalText(properties, 'restart');
  return [
    'run',
    '--detach',
    '--name',
    textOf(properties, 'name'),
    '--label',
    `${LABEL}=${fingerprint(properties)}`,
    ...(restart === undefined ? [] : ['--restart', restart]),
    ...flags('--env', Object.keys(tableOf(properties, 'env'))),
    ...flags('--publish', textsOf(properties, 'ports') ?? []),
    ...flags('--volume', textsOf(properties, 'volumes') ?? []),
    textOf(properties, 'image'),
    ...commandOf(properties.command),
  ];
}

/** Words of a command, in their order. */
function commandOf(command: JsonValue | undefined): string[] {
  if (typeof command === 'string') return ['/bin/sh', '-c', command];
  return Array.isArray(command) ? command.map(String) : [];
}

function fingerprint(properties: Properties): string {
  const { name: _, engine: __, image: ___, left: ____, ...rest } = properties;
  return digestOf(JSON.stringify(Object.entries(rest).sort())).slice('sha256:'.length, 40);
}

async function engineOf(properties: Properties, machine: ProviderMachine): Promise<string> {
  const named = optionalText(properties, 'engine');
  if (named !== undefined) return named;
  for (const each of ['docker', 'podman']) if (await hasProgram(machine, each)) return each;
  throw new Error('neither docker nor podman is on this machine');
}
