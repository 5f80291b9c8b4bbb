import { join } from 'node:path';
import { SlothError } from '../../errors/SlothError.ts';
import type { DependencyEntry } from '../../model/entry.ts';
import { executionId } from '../../model/executionId.ts';
import { type Failure, summaryOf } from '../../model/failure.ts';
import type { Head } from '../../model/head.ts';
import type { Outcome, TaskEnding } from '../../model/workflow.ts';
import { dependencyChanges } from '../../services/deps/declaredDependencies.ts';
import type { FinishRequest } from '../../services/executions/finishCommand.ts';
import { type StartedExecution, startCommand } from '../../services/executions/startCommand.ts';
import { assertStackName } from '../../services/stacks/assertStackName.ts';
import type { EngineContext } from '../context/EngineContext.ts';
import { detectDrift } from '../drift/detectDrift.ts';
import { endFormerRuns } from '../locks/endFormerRuns.ts';
import { refuseInside } from '../locks/refuseInside.ts';
import { dropRunLock, type RunLock, takeRunLock } from '../locks/runLock.ts';
import { moveResources } from '../objects/moveResources.ts';
import { movedMeanwhile, refuseMoved } from '../resources/agreedPlan.ts';
import type { RunMessage } from '../session/RunMessage.ts';
import type { RunSession } from '../session/RunSession.ts';
import { applySession } from '../session/sessionResources.ts';
import { keepCheckpoint, takeSnapshot } from '../snapshots/takeSnapshot.ts';
import { findStack, openOrCreateStack, openStack, recoverStack } from '../stacks/openStack.ts';
import { shownOutputs } from '../stacks/shownOutputs.ts';
import { runHook } from '../tasks/runHook.ts';
import { checkOutputs } from './checkOutputs.ts';
import { type DecidedRun, type DeclaredRun, decideRun, declareRun } from './decideRun.ts';
import { executeTasks, type TasksOutcome } from './executeTasks.ts';
import { finishRun } from './finishRun.ts';
import { keepLease, LEASE, LeaseRunsOut } from './keepLease.ts';
import type { RunPlan } from './RunPlan.ts';
import { type EarlierResults, earlierResults, resumableExecution } from './resumeExecution.ts';
import { runEnvironment } from './runEnvironment.ts';

export interface RunResult {
  readonly execution: string;
  readonly status: FinishRequest['status'];
}

/** Runs a workflow against a stack: lock, validate, snapshot, execute, drift, finish and release. */
export async function runWorkflow(context: EngineContext, plan: RunPlan): Promise<RunResult> {
  const declared = await declareRun(context, plan);
  const { head, decided } = await openForRun(context, plan, declared);
  const resume = plan.resume ? resumableExecution(head) : null;
  await refuseTooMany(context, plan.maxConcurrent);
  const lock = await takeRunLock(context, head, {
    required: plan.requireLock,
    operation: 'run',
    reason: `workflow ${plan.definition.name}`,
    ttl: LEASE,
  });
  const isMoved = lock.own && lock.authority.fence !== head.serial + 1;
  if (plan.agreed !== null && isMoved) {
    await dropRunLock(context, head, lock);
    throw movedMeanwhile(head);
  }
  const begin = async (): Promise<Prepared> => {
    await endFormerRuns(context, head, { strict: plan.resume && !plan.besideOrphans });
    const before = isMoved ? null : decided;
    return prepare(context, plan, head, lock, { resume, declared, decided: before });
  };
  const started = await begin().catch(async (error: unknown) => {
    await dropRunLock(context, head, lock);
    throw error;
  });
  return execute(context, plan, head, lock, started);
}

/**
 * The stack to run on. One that isn't there is made only after all has been decided that may refuse the
 * run: what is refused leaves nothing behind, and the decision comes along.
 */
async function openForRun(
  context: EngineContext,
  plan: RunPlan,
  declared: DeclaredRun,
): Promise<{ readonly head: Head; readonly decided: DecidedRun | null }> {
  const { stack, agreed } = plan;
  const found = plan.resume ? await openStack(context, stack) : await findStack(context, stack);
  if (found !== undefined) {
    refuseInside(context, found, 'run');
    const head = await recoverStack(context, found, 'taker');
    if (agreed !== null) refuseMoved(agreed, head);
    return { head, decided: null };
  }
  const noStack = { name: stack, lineage: '', serial: 0, hash: '' };
  assertStackName(stack);
  if (agreed !== null) refuseMoved(agreed, noStack);
  await refuseTooMany(context, plan.maxConcurrent);
  const decided = await decideRun(context, plan, noStack, declared, new Set());
  const { head, created } = await openOrCreateStack(context, stack);
  // Another run made it in this moment: what was decided was decided about no stack.
  if (!created) return openForRun(context, plan, declared);
  plan.report({ type: 'stack.created', stack });
  return { head, decided };
}

/** Everything between the lock and the first task; when it fails, only the lock is to be undone. */
async function prepare(
  context: EngineContext,
  plan: RunPlan,
  head: Head,
  lock: RunLock,
  known: {
    readonly resume: string | null;
    readonly declared: DeclaredRun;
    readonly decided: DecidedRun | null;
  },
): Promise<Prepared> {
  const { resume, declared } = known;
  const earlier =
    resume === null
      ? { results: new Map(), artifacts: new Map(), kept: new Set<string>() }
      : await earlierResults(context, head, resume, plan.redactor);
  const resources =
    known.decided ?? (await decideRun(context, plan, head, declared, lock.authority.lockIds));
  // A resumed execution has its snapshot: the one from before it began.
  const wanted = plan.createSnapshot && resume === null;
  const snapshot = wanted ? await snapshotBefore(context, plan, head, lock) : '';
  const request = {
    definition: plan.definition,
    file: plan.program.file,
    actor: context.actor,
    process: context.self,
    ttl: LEASE,
    snapshot,
    resume,
    up: plan.up,
    dependencies: (entries: ReadonlyMap<string, DependencyEntry>, execution: string) =>
      dependencyChanges(entries, plan.definition, plan.dependencies, execution),
  };
  const command = startCommand(request, lock.authority, context.probe);
  const started = await context.writer(head.lineage).submit(command);
  context.reach('execution.opened');
  return { ...started, earlier, resources };
}

/** A run that has begun, with what it needs from before. */
type Prepared = StartedExecution & {
  readonly earlier: EarlierResults;
  readonly resources: DecidedRun;
};

/** The snapshot before the run: a new one, or the newest where nothing has changed since. */
async function snapshotBefore(
  context: EngineContext,
  plan: RunPlan,
  head: Head,
  lock: RunLock,
): Promise<string> {
  const description = `Before workflow ${plan.definition.name}`;
  const execution = executionId(head.executionCount + 1);
  const label = { creator: 'system', description, tags: ['auto'], execution };
  const authority = { ...lock.authority, execution: null };
  const under = { authority, probe: context.probe };
  const before = head.latestSnapshot?.version;
  const { version } = await takeSnapshot(context, head.lineage, { label, under, reuse: true });
  context.reach('snapshot.taken');
  if (version !== before) plan.report({ type: 'snapshot.created', version });
  return version;
}

async function execute(
  context: EngineContext,
  plan: RunPlan,
  head: Head,
  lock: RunLock,
  started: Prepared,
): Promise<RunResult> {
  const session = openSession(context, plan, head, lock, started);
  const begun = context.clock();
  announce(plan, session, started);
  const lease = keepLease(session);
  const timer = startTimeout(session);
  const stop = (): void => session.stop.abort(plan.signal.reason);
  plan.signal.addEventListener('abort', stop, { once: true });
  if (plan.signal.aborted) stop();
  try {
    await moveResources(applySession(session), started.resources.moves);
    const outcome = await runTasks(session, plan);
    const { missing, dropped } = await checkOutputs(session);
    const lacking = missing.length === 0 ? '' : `it did not set: ${missing.join(', ')}`;
    const ended = withFailure(session, outcome, lacking);
    const status = statusOf(session, ended);
    const stopped = stoppedBy(session, plan);
    const reason = [stopped, summaryOf(ended.failures)].filter((each) => each !== '').join('; ');
    if (plan.detectDrift) plan.report(await checkDrift(session));
    await finishRun(session, lock, { status, reason, dropped }, started.entry.snapshot);
    await keepCheckpoint(context, head);
    const outputs = await shownOutputs(context, head.lineage);
    plan.report({
      type: 'execution.ended',
      stack: head.name,
      execution: started.id,
      status,
      duration: context.clock() - begun,
      counts: outcome.counts,
      resources: Object.fromEntries(session.tally),
      outputs,
      reason,
      stopped,
      failures: ended.failures,
    });
    return { execution: started.id, status };
  } finally {
    plan.signal.removeEventListener('abort', stop);
    lease.dispose();
    clearTimeout(timer);
    session.groups.close();
  }
}

/** Looks at the real objects once more, after all has been done. */
async function checkDrift({ context, head, machine, resources }: RunSession): Promise<RunMessage> {
  if (resources.length === 0) return { type: 'drift.checked', message: 'no resources declared' };
  const request = { lineage: head.lineage, only: null, machine };
  const found = [...(await detectDrift(context, request)).values()];
  const inSync = found.filter((each) => each.status === 'in_sync').length;
  const message = `${inSync} of ${found.length} resources in sync`;
  return { type: 'drift.checked', message };
}

function openSession(
  context: EngineContext,
  plan: RunPlan,
  head: Head,
  lock: RunLock,
  started: Prepared,
): RunSession {
  const { program, definition, redactor, report, values, params, workdir, signal } = plan;
  const env = runEnvironment(plan, { stack: head.name, execution: started.id, lock: lock.id });
  return {
    context,
    program,
    definition,
    head,
    authority: { ...lock.authority, execution: started.id },
    redactor,
    report,
    values,
    params,
    env,
    workdir,
    artifactFolder: join(plan.artifactFolder, head.lineage, started.id),
    results: started.earlier.results,
    artifacts: started.earlier.artifacts,
    applied: new Map(),
    tally: new Map(),
    kept: started.earlier.kept,
    ...started.resources,
    machine: context.providers.machine({ workdir, env, signal }),
    groups: context.groups.record({ lineage: head.lineage, execution: started.id }),
    stop: new AbortController(),
  };
}

function announce(plan: RunPlan, session: RunSession, started: StartedExecution): void {
  const { definition } = plan;
  plan.report({
    type: 'execution.started',
    stack: session.head.name,
    workflow: definition.name,
    version: definition.version,
    execution: started.id,
    resumed: started.entry.resumed > 0,
    tasks: definition.tasks.map(({ name, description, dependsOn }) => ({
      name,
      description,
      dependsOn,
      status: session.results.has(name) ? 'completed' : 'pending',
    })),
    resources: session.resources.map(({ name, dependsOn }) => ({
      name,
      description: '',
      dependsOn,
      status: 'pending',
    })),
    maxParallel: plan.maxParallel,
    at: session.context.clock(),
  });
}

/** The tasks, between the workflow's own hooks; a failing `on_start` lets none of them begin. */
async function runTasks(session: RunSession, plan: RunPlan): Promise<TasksOutcome> {
  const { onStart, onComplete } = session.definition;
  const refused = onStart === null ? '' : await runHook(session, 'on_start', onStart);
  const outcome =
    refused === ''
      ? await executeTasks(session, plan.maxParallel)
      : withFailure(session, nothingDone, refused);
  if (onComplete === null || session.stop.signal.aborted) return outcome;
  const ended = endedOutcome(session, outcome);
  return withFailure(session, outcome, await runHook(session, 'on_complete', onComplete, ended));
}

/** What the hook at the end of a workflow is told. */
function endedOutcome({ definition, results }: RunSession, outcome: TasksOutcome): Outcome {
  const endings = definition.tasks.map(({ name }): [string, TaskEnding] => {
    const { status = 'skipped', reason = 'the run was stopped' } = outcome.endings.get(name) ?? {};
    const { message = '', outputs = {} } = results.get(name) ?? {};
    return [name, { status, error: status === 'completed' ? '' : reason, message, outputs }];
  });
  const success = outcome.failures.length === 0;
  return { kind: 'ended', success, results: Object.fromEntries(endings) };
}

const nothingDone: TasksOutcome = {
  counts: { completed: 0, failed: 0, skipped: 0, interrupted: 0 },
  failures: [],
  endings: new Map(),
};

/** The outcome with a failure of the workflow itself; as it is where there is none. */
function withFailure(
  { redactor, definition }: RunSession,
  outcome: TasksOutcome,
  reason: string,
): TasksOutcome {
  if (reason === '') return outcome;
  const failure: Failure = {
    kind: 'workflow',
    name: definition.name,
    reason: redactor.text(reason),
  };
  return { ...outcome, failures: [...outcome.failures, failure] };
}

function startTimeout(session: RunSession): NodeJS.Timeout | undefined {
  const { timeout } = session.definition.config;
  if (timeout === null) return undefined;
  return setTimeout(() => session.stop.abort(TIMED_OUT), timeout);
}

/** Why a run stopped, where its own timeout was the reason. */
const TIMED_OUT = Symbol('the timeout of the workflow');

function statusOf(session: RunSession, outcome: TasksOutcome): RunResult['status'] {
  const { reason } = session.stop.signal;
  if (reason === TIMED_OUT || reason instanceof LeaseRunsOut) return 'failed';
  if (session.stop.signal.aborted) return 'interrupted';
  return outcome.failures.length === 0 ? 'success' : 'failed';
}

/** What stopped a run before its end; empty for nothing. */
function stoppedBy(session: RunSession, plan: RunPlan): string {
  if (session.stop.signal.reason === TIMED_OUT) return 'the timeout of the workflow was reached';
  const { reason } = session.stop.signal;
  if (reason instanceof LeaseRunsOut) return `its lease could not be renewed: ${reason.message}`;
  return plan.signal.aborted ? 'it was stopped from outside' : '';
}

/** Looked at before the run takes its lock: a limit for people's comfort, not a guarantee. */
async function refuseTooMany(context: EngineContext, limit: number): Promise<void> {
  const heads = await context.backend.list({ status: 'running' });
  const running = heads.reduce((sum, head) => sum + head.open.length, 0);
  if (running >= limit) throw new SlothError('execution.too_many', { running, limit });
}
