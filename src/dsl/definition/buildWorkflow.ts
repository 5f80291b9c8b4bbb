import { parseSize } from '../../model/size.ts';
import type {
  Requirements,
  ResourceDefinition,
  SourcePosition,
  TaskDefinition,
  WorkflowConfig,
  WorkflowDefinition,
} from '../../model/workflow.ts';
import { createFieldReader } from './fieldReader.ts';
import type { RawDefinition } from './RawDefinition.ts';

/** The words of a workflow, the same in every language. */
export const workflowKeys = [
  'description',
  'version',
  'tasks',
  'resources',
  'config',
  'depends_on',
  'outputs',
  'requires',
  'on_start',
  'on_complete',
] as const;

export const configKeys = [
  'timeout',
  'require_lock',
  'create_snapshot',
  'validate_before',
  'detect_drift',
  'on_failure',
  'max_parallel_tasks',
] as const;

export const requirementKeys = ['files', 'programs', 'env', 'disk'] as const;

/**
 * Checks a raw workflow and gives its definition, or refuses with `workflow.invalid`. Its tasks and
 * resources are built already; how they fit together (names, dependencies, cycles) is checked before a run.
 */
export function buildWorkflow(
  { name, fields, at }: RawDefinition,
  tasks: readonly TaskDefinition[],
  resources: readonly ResourceDefinition[],
): WorkflowDefinition {
  const named = typeof name === 'string' ? name.trim() : '';
  const what = named ? `workflow '${named}'` : 'a workflow';
  const read = createFieldReader(what, fields, workflowKeys, at);
  if (named === '') read.refuse('it has no name', 'name it: workflow.define("deploy")');
  return {
    name: named,
    description: read.text('description'),
    version: read.text('version'),
    tasks,
    resources,
    config: buildConfig(what, read.record('config'), at),
    dependsOn: [...new Set(read.texts('depends_on'))],
    outputs: read.textsOrNull('outputs'),
    requires: buildRequirements(what, read.record('requires'), at),
    onStart: read.action('on_start'),
    onComplete: read.action('on_complete'),
    at,
  };
}

function buildConfig(
  what: string,
  fields: Readonly<Record<string, unknown>>,
  at: SourcePosition,
): WorkflowConfig {
  const read = createFieldReader(`the config of ${what}`, fields, configKeys, at);
  const onFailure = read.textOrNull('on_failure');
  if (onFailure !== null && onFailure !== 'rollback' && onFailure !== 'keep') {
    return read.refuse(
      `${read.word('on_failure')} can't be '${onFailure}'`,
      'use "rollback" or "keep"',
    );
  }
  return {
    timeout: read.duration('timeout'),
    requireLock: read.flag('require_lock'),
    createSnapshot: read.flag('create_snapshot'),
    validateBefore: read.flag('validate_before'),
    detectDrift: read.flag('detect_drift'),
    onFailure,
    maxParallelTasks: read.count('max_parallel_tasks', 1),
  };
}

function buildRequirements(
  what: string,
  fields: Readonly<Record<string, unknown>>,
  at: SourcePosition,
): Requirements {
  const read = createFieldReader(`the requirements of ${what}`, fields, requirementKeys, at);
  const disk = read.textOrNull('disk');
  const bytes = disk === null ? null : parseSize(disk);
  if (bytes === undefined)
    return read.refuse(`'disk' is no size: ${disk}`, 'give a size such as "100MB"');
  const { files, programs, env } = {
    files: read.texts('files'),
    programs: read.texts('programs'),
    env: read.texts('env'),
  };
  return { files, programs, env, disk: bytes };
}
