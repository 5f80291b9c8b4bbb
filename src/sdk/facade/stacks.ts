import { type EngineContext, ownAuthority } from '../../engine/context/EngineContext.ts';
import { refuseInside } from '../../engine/locks/refuseInside.ts';
import { compactLog, cutOf } from '../../engine/log/compactLog.ts';
import { verifyStackLog } from '../../engine/log/verifyStackLog.ts';
import { openValue, sealContext } from '../../engine/secrets/sealValue.ts';
import { contentOfPoint, findMoment } from '../../engine/snapshots/findPoint.ts';
import { openStack, recoverStack } from '../../engine/stacks/openStack.ts';
import { nearest } from '../../errors/nearest.ts';
import { SlothError } from '../../errors/SlothError.ts';
import type { ResourceEntry, StoredValue, TaskRunEntry } from '../../model/entry.ts';
import { executionNumber, taskRunName } from '../../model/executionId.ts';
import type { Failure } from '../../model/failure.ts';
import type { Head } from '../../model/head.ts';
import { lockCondition } from '../../model/lock.ts';
import { originOf, shownStatus } from '../../model/origin.ts';
import { comparisonOf } from '../../services/snapshots/compareContents.ts';
import { differencesOf } from '../../services/snapshots/differencesOf.ts';
import { contentAt } from '../../services/snapshots/readSnapshot.ts';
import { createStack } from '../../services/stacks/createStack.ts';
import { deleteStackCommand, renameCommand } from '../../services/stacks/stackCommands.ts';
import type { NamedExecution, NamedResource, Runner, ShownValue } from '../Runner.ts';

/** How outputs are asked for. */
interface OutputOptions {
  readonly showSensitive?: boolean;
  readonly at?: string;
}

/** The façade's operations on stacks themselves. */
export function createStacksFacade(context: EngineContext): Runner['stacks'] {
  const { backend } = context;

  async function outputsAt(
    head: Head,
    moment: string | undefined,
  ): Promise<ReadonlyMap<string, StoredValue>> {
    if (moment !== undefined) {
      const point = await findMoment(context, head, moment);
      return (await contentOfPoint(context, head, point)).output;
    }
    const view = await backend.read({ lineage: head.lineage }, [{ kind: 'output' }]);
    return view?.content.output ?? new Map();
  }

  async function outputs(
    name: string,
    { showSensitive = false, at }: OutputOptions = {},
  ): Promise<ShownValue[]> {
    const head = await openStack(context, name);
    const shown: ShownValue[] = [];
    for (const [key, stored] of await outputsAt(head, at)) {
      const sensitive = stored.sensitive === true;
      if (sensitive && !showSensitive) {
        shown.push({ key, sensitive });
        continue;
      }
      const place = sealContext(head.lineage, 'output', key);
      shown.push({ key, sensitive, value: await openValue(context.sealer, stored, place) });
    }
    return shown;
  }

  return {
    async list(filter = {}) {
      const all = await backend.list();
      const heads = await Promise.all(all.map((head) => recoverStack(context, head)));
      return heads.filter((head) => filter.status === undefined || head.status === filter.status);
    },

    stale: () => backend.staleUses(),

    async show(name) {
      const head = await openStack(context, name);
      const last = head.lastExecution?.id ?? '';
      const selection = [
        { kind: 'resource' as const },
        { kind: 'dependency' as const },
        { kind: 'execution' as const, name: last },
        { kind: 'task_run' as const, prefix: taskRunName(last, '') },
      ];
      const view = await backend.read({ lineage: head.lineage }, selection);
      const resources = [...(view?.content.resource ?? [])];
      const execution = view?.content.execution.get(last);
      const hasFailed = execution !== undefined && execution.status !== 'success';
      return {
        head,
        lock: lockCondition(head, await backend.now(), context.probe),
        reason: hasFailed ? execution.reason : '',
        failures: hasFailed ? failedTasks(view?.content.task_run ?? new Map(), last) : [],
        // Without properties and attributes: they may be large, and they may be secret.
        resources: resources.map(([each, entry]) => namedResource(each, entry, isWorkedOn(head))),
        dependencies: [...(view?.content.dependency.keys() ?? [])].sort(),
        stale: (await backend.staleUses()).filter((use) => use.stack === head.name),
      };
    },

    async at(name, moment) {
      const head = await openStack(context, name);
      const point = await findMoment(context, head, moment);
      const content = await contentOfPoint(context, head, point);
      const [commit] = await backend.commits(head.lineage, { after: point.serial - 1, limit: 1 });
      return {
        stack: head.name,
        label: point.label,
        serial: point.serial,
        at: commit?.at ?? point.snapshot?.createdAt ?? 0,
        resources: [...content.resource].map(([each, entry]) => namedResource(each, entry, false)),
        values: content.value.size,
        outputs: content.output.size,
        tasks: content.task.size,
        dependencies: [...content.dependency.keys()].sort(),
      };
    },

    async create(name, options = {}) {
      const { actor, newId } = context;
      const description = options.description ?? '';
      await createStack(backend, { name, description, actor, lineage: newId() });
      return openStack(context, name);
    },

    async delete(name, { keepObjects = false } = {}) {
      const head = await openStack(context, name);
      refuseInside(context, head, 'stack');
      const dependents = (await backend.list({ dependsOn: name })).map((each) => each.name);
      const authority = ownAuthority(context, head.lineage);
      const command = deleteStackCommand({ dependents, keepObjects }, authority, context.probe);
      await context.writer(head.lineage).submit(command);
    },

    async rename(name, to) {
      const head = await openStack(context, name);
      refuseInside(context, head, 'stack');
      const authority = ownAuthority(context, head.lineage);
      await context.writer(head.lineage).submit(renameCommand(to, authority, context.probe));
      return openStack(context, to);
    },

    async history(name, options = {}) {
      const head = await openStack(context, name);
      const view = await backend.read({ lineage: head.lineage }, [{ kind: 'execution' }]);
      const all = [...(view?.content.execution ?? [])]
        .map(([id, body]): NamedExecution => ({ ...body, id }))
        .sort((a, b) => executionNumber(b.id) - executionNumber(a.id));
      return all.slice(0, options.limit ?? all.length);
    },

    async clockSteps(name) {
      const { lineage } = await openStack(context, name);
      const view = await backend.read({ lineage }, [{ kind: 'clock' }]);
      return [...(view?.content.clock ?? [])]
        .map(([serial, step]) => ({ ...step, serial: Number(serial) }))
        .sort((a, b) => a.serial - b.serial);
    },

    async execution(name, id) {
      const head = await openStack(context, name);
      const wanted = id ?? head.lastExecution?.id ?? '';
      const prefix = taskRunName(wanted, '');
      const view = await backend.read({ lineage: head.lineage }, [
        { kind: 'execution', name: wanted },
        { kind: 'task_run', prefix },
      ]);
      const execution = view?.content.execution.get(wanted);
      if (view === undefined || execution === undefined) {
        throw new SlothError('execution.not_found', { stack: name, execution: wanted });
      }
      const tasks = [...view.content.task_run].map(([key, run]) => ({
        ...run,
        task: key.slice(prefix.length),
      }));
      return { execution: { ...execution, id: wanted }, tasks };
    },

    async taskOutput(run) {
      if (run.output === null) return '';
      const bytes = await backend.chunk(run.output.hash);
      if (bytes === undefined) {
        const where = `task output ${run.output.hash.slice(0, 12)}`;
        throw new SlothError('backend.corrupt', { where, reason: 'its chunk is missing' });
      }
      return new TextDecoder().decode(bytes);
    },

    outputs,

    async output(name, key, options = {}) {
      const all = await outputs(name, options);
      const found = all.find((each) => each.key === key);
      if (found !== undefined) return found;
      const near = nearest(
        key,
        all.map((each) => each.key),
      );
      throw new SlothError('output.not_found', { stack: name, key, near });
    },

    async log(name, options = {}) {
      const head = await openStack(context, name);
      const after = options.limit === undefined ? 0 : Math.max(0, head.serial - options.limit);
      return backend.commits(head.lineage, { after });
    },

    async changes(name, options = {}) {
      const head = await openStack(context, name);
      const begin = (await cutOf(context, head.lineage))?.serial ?? 0;
      const { limit = head.serial } = options;
      const after = Math.max(begin, head.serial - limit);
      const content = await contentAt(backend, head.lineage, after);
      const commits = await backend.commits(head.lineage, { after });
      return commits.map((commit) => {
        return { commit, comparison: comparisonOf(differencesOf(commit, content)) };
      });
    },

    async compactLog(name, { keepFor }) {
      const head = await openStack(context, name);
      return compactLog(context, head, (await backend.now()) - keepFor);
    },

    async verifyLog(name, { anchor } = {}) {
      const head = await openStack(context, name);
      if (anchor === undefined) return verifyStackLog(backend, head);
      const { verifyAnchored } = await import('../anchor/verifyAnchored.ts');
      return verifyAnchored(backend, head, anchor, context.clock());
    },
  };
}

function isWorkedOn(head: Head): boolean {
  return head.open.length > 0;
}

/** Without properties and attributes: they may be large, and they may be secret. */
function namedResource(name: string, entry: ResourceEntry, workedOn: boolean): NamedResource {
  const { type, dependencies, appliedAt, reason = '' } = entry;
  const status = shownStatus(entry.status, workedOn);
  return { name, type, status, origin: originOf(entry), reason, dependencies, appliedAt };
}

/** The tasks of an execution that failed. Resources tell by themselves why they did. */
function failedTasks(runs: ReadonlyMap<string, TaskRunEntry>, execution: string): Failure[] {
  const prefix = taskRunName(execution, '');
  return [...runs].flatMap(([name, { status, reason }]): Failure[] =>
    status === 'failed' ? [{ kind: 'task', name: name.slice(prefix.length), reason }] : [],
  );
}
