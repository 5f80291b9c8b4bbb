import type { EngineContext } from '../../engine/context/EngineContext.ts';
import { acceptDrift } from '../../engine/drift/acceptDrift.ts';
import { adoptDrift } from '../../engine/drift/adoptDrift.ts';
import { detectDrift } from '../../engine/drift/detectDrift.ts';
import { fixDrift } from '../../engine/drift/fixDrift.ts';
import { listUnmanaged } from '../../engine/drift/listUnmanaged.ts';
import { watchDrift } from '../../engine/drift/watchDrift.ts';
import { importResource } from '../../engine/resources/importResource.ts';
import { destroyResources, planDestroy } from '../../engine/run/destroyResources.ts';
import { openStack } from '../../engine/stacks/openStack.ts';
import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { DriftEntry } from '../../model/entry.ts';
import type { Head } from '../../model/head.ts';
import type { ProviderMachine } from '../../model/provider.ts';
import { unacceptDriftCommand } from '../../services/drift/acceptDriftCommand.ts';
import { driftHistory, historyEvents } from '../../services/drift/driftHistory.ts';
import type { Configuration } from '../configuration/Configuration.ts';
import type { ResourceDrift, Runner } from '../Runner.ts';

/** What this façade takes from the runner it belongs to. */
export interface ObjectSettings {
  readonly configuration: Configuration;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** The façade's operations on the real objects of stacks, outside of runs. */
export function createObjectsFacade(
  context: EngineContext,
  { configuration, env, cwd }: ObjectSettings,
): Pick<Runner, 'drift' | 'destroy' | 'planDestroy' | 'importResource'> {
  const machine = (signal = new AbortController().signal): ProviderMachine =>
    context.providers.machine({ workdir: cwd, env, signal });

  /** The addresses meant by `--resource`: an address, or a name that only one resource has. */
  async function chosen(
    head: Head,
    resource: string | undefined,
  ): Promise<ReadonlySet<string> | null> {
    if (resource === undefined) return null;
    const selection = [{ kind: 'resource' as const }];
    const view = await context.backend.read({ lineage: head.lineage }, selection);
    const addresses = [...(view?.content.resource.keys() ?? [])];
    const named = addresses.filter((each) => each === resource || each.endsWith(`.${resource}`));
    if (named.length > 0) return new Set(named);
    const near = nearest(resource, addresses);
    throw new SlothError('resource.not_found', { stack: head.name, address: resource, near });
  }

  /** A resource, and with another dot one of its attributes: `file.config.content`. */
  async function part(head: Head, text: string): Promise<ResourcePart> {
    const view = await context.backend.read({ lineage: head.lineage }, [{ kind: 'resource' }]);
    const addresses = [...(view?.content.resource.keys() ?? [])];
    for (const address of addresses) {
      for (const name of [address, address.slice(address.indexOf('.') + 1)]) {
        if (text === name) return { address, attribute: null };
        if (text.startsWith(`${name}.`)) {
          return { address, attribute: text.slice(name.length + 1) };
        }
      }
    }
    const near = nearest(text, addresses);
    throw new SlothError('resource.not_found', { stack: head.name, address: text, near });
  }

  const drift: Runner['drift'] = {
    async detect(name, options = {}) {
      const head = await openStack(context, name);
      const only = await chosen(head, options.resource);
      const report = await detectDrift(context, {
        lineage: head.lineage,
        only,
        machine: machine(options.signal),
        ...(options.maxAge === undefined ? {} : { maxAge: options.maxAge }),
      });
      return listed(report);
    },

    async show(name) {
      const head = await openStack(context, name);
      const selection = [{ kind: 'drift' as const }, { kind: 'resource' as const }];
      const view = await context.backend.read({ lineage: head.lineage }, selection);
      const known = view?.content.drift ?? new Map<string, DriftEntry>();
      const all = [...(view?.content.resource.keys() ?? [])].sort();
      return listed(new Map(all.map((each) => [each, known.get(each) ?? notChecked])));
    },

    async accept(name, what, { reason, forMilliseconds }) {
      const head = await openStack(context, name);
      const { address, attribute } = await part(head, what);
      const now = await context.backend.now();
      const until = forMilliseconds === undefined ? null : now + forMilliseconds;
      const request = { address, attribute, reason, until, machine: machine() };
      const attributes = await acceptDrift(context, head, request);
      return { resource: address, attributes };
    },

    async accepted(name) {
      const head = await openStack(context, name);
      const selection = [{ kind: 'acceptance' as const }];
      const view = await context.backend.read({ lineage: head.lineage }, selection);
      return [...(view?.content.acceptance ?? [])].map(([key, entry]) => {
        const at = key.indexOf('/');
        return { resource: key.slice(0, at), attribute: key.slice(at + 1), ...entry };
      });
    },

    async unaccept(name, what) {
      const head = await openStack(context, name);
      const { address, attribute } = await part(head, what);
      return context.writer(head.lineage).submit(unacceptDriftCommand(address, attribute));
    },

    async adopt(name, resource) {
      const head = await openStack(context, name);
      const { address } = await part(head, resource);
      return adoptDrift(context, head, { address, machine: machine() });
    },

    async unmanaged(name, { types = [] } = {}) {
      const head = await openStack(context, name);
      return listUnmanaged(context, head, machine(), types);
    },

    async watch(name, { interval, fix = false, signal, onLook, onFixed, onProblem }) {
      const head = await openStack(context, name);
      const snapshot = configuration.snapshotTriggers.includes('on_drift_fix');
      await watchDrift(context, head, {
        interval,
        fix,
        snapshot,
        machine: machine(signal),
        signal,
        onLook: (report) => onLook(listed(report)),
        onFixed,
        onProblem,
      });
    },

    async history(name) {
      const head = await openStack(context, name);
      const query = { lineage: head.lineage, types: historyEvents };
      return driftHistory((await context.backend.events(query)).events);
    },

    async fix(name, options = {}) {
      const head = await openStack(context, name);
      const { resources } = options;
      const sets = await Promise.all((resources ?? []).map((each) => chosen(head, each)));
      const only =
        resources === undefined ? null : new Set(sets.flatMap((each) => [...(each ?? [])]));
      return fixDrift(context, head, {
        only,
        machine: machine(options.signal),
        snapshot: configuration.snapshotTriggers.includes('on_drift_fix'),
        onFixed: options.onFixed ?? (() => {}),
      });
    },
  };

  return {
    drift,
    async importResource(name, object) {
      const head = await openStack(context, name);
      return importResource(context, head, { ...object, machine: machine() });
    },
    async planDestroy(name, { includeFound = false } = {}) {
      return planDestroy(context, await openStack(context, name), includeFound);
    },
    async destroy(name, options = {}) {
      const head = await openStack(context, name);
      return destroyResources(context, head, {
        machine: machine(options.signal),
        snapshot: configuration.snapshotTriggers.includes('before_destroy'),
        includeFound: options.includeFound === true,
        onDeleted: options.onDeleted ?? (() => {}),
      });
    },
  };
}

/** What a user means by a resource's name, with or without an attribute. */
interface ResourcePart {
  readonly address: string;
  readonly attribute: string | null;
}

const notChecked: DriftEntry = {
  status: 'not_checked',
  checkedAt: 0,
  firstSeen: null,
  findings: [],
  accepted: [],
  reason: '',
  changed: null,
};

function listed(report: ReadonlyMap<string, DriftEntry>): ResourceDrift[] {
  return [...report].map(([resource, entry]) => ({ resource, ...entry }));
}
