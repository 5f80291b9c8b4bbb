import type { RetryStrategy, TaskDefinition } from '../../model/workflow.ts';
import { createFieldReader, type FieldReader } from './fieldReader.ts';
import type { RawDefinition } from './RawDefinition.ts';

/** The words of a task, the same in every language. */
export const taskKeys = [
  'description',
  'command',
  'workdir',
  'env',
  'user',
  'timeout',
  'retries',
  'retry_strategy',
  'depends_on',
  'run_if',
  'abort_if',
  'pre_hook',
  'post_hook',
  'on_success',
  'on_failure',
  'on_timeout',
  'artifacts',
  'consumes',
  'tags',
] as const;

const STRATEGIES: readonly RetryStrategy[] = ['fixed', 'linear', 'exponential'];

/** Checks a raw task and gives its definition, or refuses with `workflow.invalid` at its position. */
export function buildTask({ name, fields, at }: RawDefinition): TaskDefinition {
  const named = typeof name === 'string' ? name.trim() : '';
  const read = createFieldReader(named ? `task '${named}'` : 'a task', fields, taskKeys, at);
  if (named === '') read.refuse('it has no name', 'name it: task("build")');
  if (named.includes('/')) read.refuse("its name holds '/'", 'use another character in its name');
  return {
    name: named,
    description: read.text('description'),
    command: read.action('command'),
    workdir: read.textOrNull('workdir'),
    env: read.textMap('env'),
    // By number where the account has no name.
    user: Number.isSafeInteger(fields.user) ? String(fields.user) : read.textOrNull('user'),
    timeout: read.duration('timeout'),
    retries: { count: read.count('retries', 0) ?? 0, strategy: strategyOf(read) },
    dependsOn: [...new Set(read.texts('depends_on'))],
    runIf: read.action('run_if'),
    abortIf: read.action('abort_if'),
    preHook: read.action('pre_hook'),
    postHook: read.action('post_hook'),
    onSuccess: read.action('on_success'),
    onFailure: read.action('on_failure'),
    onTimeout: read.action('on_timeout'),
    artifacts: read.texts('artifacts'),
    consumes: read.texts('consumes'),
    tags: read.texts('tags'),
    at,
  };
}

function strategyOf(read: FieldReader): RetryStrategy {
  const given = read.textOrNull('retry_strategy');
  if (given === null) return 'fixed';
  const known = STRATEGIES.find((each) => each === given);
  return (
    known ?? read.refuse(`there is no retry strategy '${given}'`, `use ${STRATEGIES.join(', ')}`)
  );
}
