import { SlothError } from '../../errors/SlothError.ts';
import type { Head } from '../../model/head.ts';
import { leftAsFound } from '../../services/resources/leftAsFound.ts';
import { resourceDependencies } from '../../services/resources/resourceDependencies.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { refuseOtherPlan } from '../resources/agreedPlan.ts';
import type { DeclaredResource, PreparedResource } from '../resources/DeclaredResource.ts';
import { type PlannedResource, planResources } from '../resources/planResources.ts';
import {
  declareResources,
  prepareResources,
  withImpliedOrder,
} from '../resources/prepareResources.ts';
import type { RunSession } from '../session/RunSession.ts';
import { refuseBreaking } from '../stacks/refuseBreaking.ts';
import type { DecideDrift, DriftDecision, RunPlan } from './RunPlan.ts';

/** What a workflow declares, each checked against its type; nothing real has been looked at yet. */
export interface DeclaredRun {
  readonly resources: readonly DeclaredResource[];
  readonly prepared: ReadonlyMap<string, PreparedResource>;
  readonly machine: RunSession['machine'];
}

/** What a run will do to real objects, with nothing left that could refuse it. */
export interface DecidedRun
  extends Pick<
    RunSession,
    'resources' | 'prepared' | 'keep' | 'deletions' | 'machine' | 'dependencies'
  > {
  /** Entries that get another address, from the old to the new. */
  readonly moves: ReadonlyMap<string, string>;
}

/** Checks all that a workflow declares. Rejects with `workflow.invalid`. Writes nothing. */
export async function declareRun(context: EngineContext, plan: RunPlan): Promise<DeclaredRun> {
  const { workdir, env, signal, redactor } = plan;
  const machine = context.providers.machine({ workdir, env, signal });
  const { tasks, resources: definitions } = plan.definition;
  const declared = await declareResources(definitions, context.providers);
  const prepared = await prepareResources(declared, { machine, redactor });
  const needs = new Map([...tasks, ...declared].map(({ name, dependsOn }) => [name, dependsOn]));
  return { resources: withImpliedOrder(declared, prepared, needs), prepared, machine };
}

/**
 * Validates, reads the real objects, shows what will be done to them, and settles what stands against
 * it. Writes nothing: a stack that isn't there yet, with the lineage '', is decided about all the same.
 */
export async function decideRun(
  context: EngineContext,
  plan: RunPlan,
  stack: Pick<Head, 'name' | 'lineage'>,
  { resources, prepared, machine }: DeclaredRun,
  lockIds: ReadonlySet<string>,
): Promise<DecidedRun> {
  await plan.validate(lockIds);
  if (!plan.allowBreaking) await refuseBreaking(context, stack.name, plan.definition);
  const { redactor, deletions: policy } = plan;
  const request = { resources, prepared, machine, redactor, deletions: policy };
  const { resources: planned, moves } = await planResources(context, stack, request);
  if (plan.agreed !== null) refuseOtherPlan(plan.agreed, planned);
  const show = (shown: readonly PlannedResource[]): void => {
    if (shown.length > 0) plan.report({ type: 'planned', resources: shown });
  };
  const conflicting = planned.filter((each) => each.conflicts.length > 0);
  // Who is asked has to see what would be done; else only what will be done is shown.
  if (conflicting.length === 0 || plan.onDrift !== 'keep') show(planned);
  const decision = await decideDrift(plan.onDrift, conflicting);
  if (decision === 'stop') throw driftConflict(stack.name, conflicting);
  if (decision === 'keep') show(leftAsFound(planned));
  const keep = new Map(
    decision === 'keep'
      ? conflicting.map((each) => [each.resource, each.conflicts.map((one) => one.attribute)])
      : [],
  );
  const deletions = planned
    .filter(({ action }) => action === 'delete' || action === 'release')
    .map((each) => each.resource);
  const dependencies = resourceDependencies(plan.definition.tasks, resources);
  return { resources, prepared, keep, deletions, machine, dependencies, moves };
}

async function decideDrift(
  onDrift: DriftDecision | DecideDrift,
  conflicting: readonly PlannedResource[],
): Promise<DriftDecision> {
  if (conflicting.length === 0) return 'overwrite';
  return typeof onDrift === 'string' ? onDrift : onDrift(conflicting);
}

function driftConflict(stack: string, planned: readonly PlannedResource[]): SlothError {
  const conflicts = planned.map(({ resource, conflicts: all }) => {
    return `${resource}: ${all.map((each) => each.attribute).join(', ')}`;
  });
  return new SlothError('plan.drifted', { stack, conflicts });
}
