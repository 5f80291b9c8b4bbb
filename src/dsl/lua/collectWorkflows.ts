import { SlothError } from '../../errors/SlothError.ts';
import type {
  ResourceDefinition,
  SourcePosition,
  TaskDefinition,
  WorkflowDefinition,
} from '../../model/workflow.ts';
import { buildResource } from '../definition/buildResource.ts';
import { buildTask } from '../definition/buildTask.ts';
import { buildWorkflow } from '../definition/buildWorkflow.ts';
import type { LuaMachine } from './createLuaMachine.ts';

/** What the prelude's builders leave in their registries. */
interface LuaRaw {
  readonly name?: unknown;
  readonly fields: Record<string, unknown>;
  readonly source: string;
  readonly line: number;
  readonly index: number;
  /** Of a resource. */
  readonly type?: string;
}

/** Reads the registries that a loaded file filled, and builds its workflows. */
export function collectWorkflows(machine: LuaMachine, file: string): WorkflowDefinition[] {
  const registered = machine.readGlobal('__workflows') as LuaRaw[];
  if (!Array.isArray(registered) || registered.length === 0) {
    throw new SlothError('workflow.none_defined', { file }, { source: { file, line: 1 } });
  }
  return registered.map((raw) => {
    const at = positionOf(machine, raw, file);
    const tasks = tasksOf(machine, raw.fields.tasks, at, file);
    const resources = resourcesOf(machine, raw.fields.resources, at, file);
    return buildWorkflow({ name: raw.name, fields: raw.fields, at }, tasks, resources);
  });
}

function tasksOf(
  machine: LuaMachine,
  given: unknown,
  at: SourcePosition,
  file: string,
): TaskDefinition[] {
  if (given === undefined) return [];
  if (typeof given !== 'object' || given === null || '__raw' in given) {
    return refuse(at, 'its tasks are no list', 'write :tasks({ build, deploy })');
  }
  return Object.values(given).map((each) => {
    const raw = (each as { readonly __raw?: LuaRaw } | null)?.__raw;
    if (raw !== undefined) {
      return buildTask({ name: raw.name, fields: raw.fields, at: positionOf(machine, raw, file) });
    }
    if (typeof each !== 'object' || each === null || Array.isArray(each)) {
      const reason = `one of its tasks is a ${typeof each}`;
      return refuse(at, reason, 'list the objects that task("name") gives');
    }
    const { name, ...fields } = each as Record<string, unknown>;
    return buildTask({ name, fields, at });
  });
}

function resourcesOf(
  machine: LuaMachine,
  given: unknown,
  at: SourcePosition,
  file: string,
): ResourceDefinition[] {
  if (given === undefined) return [];
  const list = Array.isArray(given) ? given : [given];
  return list.map((each) => {
    const raw = (each as { readonly __raw?: LuaRaw } | null)?.__raw;
    if (raw?.type === undefined) {
      return refuse(
        at,
        'one of its resources is none',
        'list what resource.file("name", { … }) gives',
      );
    }
    const { name, fields } = raw;
    return buildResource(raw.type, { name, fields, at: positionOf(machine, raw, file) });
  });
}

function refuse(source: SourcePosition, reason: string, hint: string): never {
  throw new SlothError('workflow.invalid', { reason, hint }, { source });
}

function positionOf(machine: LuaMachine, { source, line }: LuaRaw, file: string): SourcePosition {
  const name = source.replace(/^[@=]/, '');
  const found = machine.sources.find(`${name}:${line}:`);
  return found ?? { file, line };
}
