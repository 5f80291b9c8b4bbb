import { dirname, join, resolve } from 'node:path';
import type { EngineContext } from '../../engine/context/EngineContext.ts';
import { redacted } from '../../engine/redaction/redactedError.ts';
import type { AgreedPlan } from '../../engine/resources/agreedPlan.ts';
import { planResources } from '../../engine/resources/planResources.ts';
import { preflight } from '../../engine/resources/preflight.ts';
import { declareResources, prepareResources } from '../../engine/resources/prepareResources.ts';
import { runWorkflow } from '../../engine/run/runWorkflow.ts';
import type { Report } from '../../engine/session/RunMessage.ts';
import { pruneSnapshots } from '../../engine/snapshots/pruneSnapshots.ts';
import { openStack } from '../../engine/stacks/openStack.ts';
import { refuseBreaking } from '../../engine/stacks/refuseBreaking.ts';
import { describeError, hasCode, isSlothError, SlothError } from '../../errors/SlothError.ts';
import type { StackGraph } from '../../services/deps/StackGraph.ts';
import type { DeletionPolicy } from '../../services/resources/decideDeletions.ts';
import { leftAsFound } from '../../services/resources/leftAsFound.ts';
import { assertWorkflow, planGroups } from '../../services/validation/checkWorkflow.ts';
import { machineProbes } from '../../services/validation/probes.ts';
import { type ValidationFacts, validateStack } from '../../services/validation/validateStack.ts';
import type { Configuration } from '../configuration/Configuration.ts';
import type { Environment } from '../configuration/configurationFiles.ts';
import {
  assertNeeds,
  type CheckedNeeds,
  checkNeeds,
  needsIn,
  projectOf,
  unmetIn,
} from '../deps/checkNeeds.ts';
import { readStackGraph } from '../deps/readStackGraph.ts';
import { createWorkflowLoader, type LoadedWorkflow, redactedReport } from '../loadWorkflow.ts';
import type { PlannedRequest } from '../plan/planFile.ts';
import type { ProjectStack } from '../project/Project.ts';
import { requestFor } from '../project/requestFor.ts';
import type { Runner, RunOutcome, RunRequest, ValidationReport } from '../Runner.ts';
import { retentionPolicy } from '../snapshots/retentionPolicy.ts';

/** What runs take from the runner they belong to. */
export interface RunSettings {
  readonly configuration: Configuration;
  readonly databasePath: string;
  /** What workflows and their children see. */
  readonly env: Readonly<Record<string, string>>;
  /** All that this process got. */
  readonly given: Environment;
  readonly cwd: string;
}

/** The façade's operations on workflows: run and validate. */
export function createRunFacade(
  context: EngineContext,
  settings: RunSettings,
): Pick<Runner, 'run' | 'validate' | 'validateAll'> {
  const { configuration, env, given: environment, cwd } = settings;
  const load = createWorkflowLoader(context, settings);

  async function facts(
    name: string,
    workflow: ValidationFacts['workflow'],
    needs: CheckedNeeds,
    lockIds?: ReadonlySet<string>,
  ): Promise<ValidationFacts> {
    const view = await context.backend.read({ name }, []);
    const folder = workflow.kind === 'loaded' ? dirname(workflow.definition.at.file) : cwd;
    const { signal } = new AbortController();
    const machine = context.providers.machine({ workdir: folder, env, signal });
    const resources = workflow.kind === 'loaded' ? workflow.definition.resources : [];
    const modules =
      workflow.kind === 'loaded'
        ? (await import('../validation/scanModules.ts')).scanModules(workflow.definition.at.file)
        : { missing: [], unknown: [], types: [] };
    return {
      stack: name,
      head: view?.head ?? null,
      lockIds: lockIds ?? context.locks.ids(view?.head.lineage ?? ''),
      now: await context.backend.now(),
      probe: context.probe,
      settings: configuration.validation,
      unmet: unmetIn(needs, name),
      workflow,
      databasePath: settings.databasePath,
      artifactFolder: join(dirname(settings.databasePath), 'artifacts'),
      // What a workflow requires lies beside it, wherever the command was typed.
      probes: machineProbes(folder, environment),
      resources: await preflight(context, resources, machine, modules.types),
      modules,
      keyFault: await keyFault(),
    };
  }

  /** Why the user's key is not that of the store; empty where it is, or nothing was sealed yet. */
  async function keyFault(): Promise<string> {
    try {
      await context.sealer.prove();
      return '';
    } catch (error) {
      if (isSlothError(error)) return error.message;
      throw error;
    }
  }

  async function run(given: RunRequest): Promise<RunOutcome> {
    const agreed =
      given.plan === undefined
        ? null
        : await (await plans()).readPlanFile(resolve(cwd, given.plan));
    const asked = agreed === null ? given : asPlanned(given, agreed.request);
    const request = { ...asked, report: redactedReport(context.redactor, asked.report) };
    const { file } = request;
    if (file === undefined)
      throw new SlothError('usage.invalid', { reason: 'no file to run', command: 'run' });
    const loaded = await load({ ...request, file });
    const { definition } = loaded;
    try {
      assertWorkflow(definition);
      const stack = request.stack ?? request.workflow ?? definition.name;
      if (
        agreed !== null &&
        !(await (await plans()).hasFingerprint(context, definition, loaded, agreed.fingerprint))
      ) {
        const reason = 'the workflow, or what it was given, is not the same any more';
        throw new SlothError('plan.stale', { stack, reason });
      }
      if (request.dryRun === true) return await planOnly(stack, loaded, request);
      return await execute(stack, loaded, request, agreed);
    } finally {
      await loaded.program.close();
    }
  }

  /** Nothing is written: the stack isn't created, nothing of the workflow's tasks is called. */
  async function planOnly(
    stack: string,
    loaded: LoadedWorkflow,
    request: RunRequest,
  ): Promise<RunOutcome> {
    const { program, definition, redactor } = loaded;
    const needs = await needsOf(stack, loaded, request);
    const validation = shown(
      validateStack(await facts(stack, { kind: 'loaded', definition }, needs)),
    );
    if (request.allowBreaking !== true) await refuseBreaking(context, stack, definition);
    const signal = request.signal ?? new AbortController().signal;
    const machine = context.providers.machine({ workdir: dirname(program.file), env, signal });
    const { providers } = context;
    const declared = await declareResources(definition.resources, providers);
    const prepared = await prepareResources(declared, { machine, redactor });
    const view = await context.backend.read({ name: stack }, []);
    const head = { name: stack, lineage: view?.head.lineage ?? '' };
    const deletions = deletionPolicy(request);
    const planning = { resources: declared, prepared, machine, redactor, deletions };
    const { resources } = await planResources(context, head, planning);
    if (request.planOut !== undefined) {
      const { serial, hash } = view?.head ?? { serial: 0, hash: '' };
      const agreed = { stack, lineage: head.lineage, serial, hash, resources };
      await writePlan(resolve(cwd, request.planOut), agreed, loaded, request);
    }
    return {
      stack,
      workflow: definition.name,
      execution: '',
      status: 'planned',
      plan: planGroups(definition),
      resources: request.onDrift === 'keep' ? leftAsFound(resources) : resources,
      validation,
    };
  }

  /** An `up` looks at what its stacks need by itself: it knows what will have run before each. */
  async function needsOf(
    stack: string,
    loaded: LoadedWorkflow,
    { up, unknown }: RunRequest,
  ): Promise<CheckedNeeds> {
    if (up !== undefined || unknown !== undefined) {
      return { hasNeeds: loaded.definition.dependsOn.length > 0, findings: [] };
    }
    return checkNeeds(context, { load, cwd }, stack, loaded);
  }

  async function writePlan(
    path: string,
    agreed: AgreedPlan,
    { program, definition, values, params, redactor }: LoadedWorkflow,
    request: RunRequest,
  ): Promise<void> {
    const { valuesFile, set = [], setString = [], params: given = [] } = request;
    // What the workflow called a secret isn't written down; it has to be said again.
    const plain = (texts: readonly string[]): boolean => !redactor.contains([...texts]);
    const { planFingerprint, writePlanFile } = await plans();
    await writePlanFile(path, {
      ...agreed,
      fingerprint: await planFingerprint(context, definition, { values, params }),
      request: {
        file: program.file,
        workflow: definition.name,
        stack: agreed.stack,
        valuesFile: valuesFile === undefined ? null : resolve(cwd, valuesFile),
        set: set.filter((each) => plain([each])),
        setString: setString.filter((each) => plain([each])),
        params: given.filter((each) => plain([each])),
        allowDeletions: request.allowDeletions === true,
      },
    });
  }

  /** What no rule keeps any more goes after a run; it says what. */
  async function pruneAfter(stack: string, report: Report): Promise<void> {
    const view = await context.backend.read({ name: stack }, []);
    if (view === undefined) return;
    const policy = retentionPolicy(configuration);
    const { versions } = await pruneSnapshots(context, view.head, policy, { dryRun: false });
    if (versions.length === 0) return;
    const message = `snapshots that no rule keeps were deleted: ${versions.join(', ')}`;
    report({ type: 'notice', level: 'info', message });
  }

  function deletionPolicy({ allowDeletions = false }: RunRequest): DeletionPolicy {
    return { limit: configuration.maxDeletions, unlimited: allowDeletions };
  }

  async function execute(
    stack: string,
    loaded: LoadedWorkflow,
    request: RunRequest,
    agreed: AgreedPlan | null,
  ): Promise<RunOutcome> {
    const { program, definition, values, params, redactor } = loaded;
    const { config } = definition;
    let validation: ValidationReport | null = null;
    const needs = await needsOf(stack, loaded, request);
    const validates = request.validate === true || config.validateBefore === true;
    // A validation tells all that is amiss together.
    if (request.allowUnmet !== true && !validates) assertNeeds(needs, stack);
    const result = await runWorkflow(context, {
      program,
      definition,
      stack,
      values,
      params,
      redactor,
      env,
      report: request.report,
      resume: request.resume === true,
      besideOrphans: request.besideOrphans === true,
      maxParallel: request.maxParallel ?? config.maxParallelTasks ?? configuration.maxParallelTasks,
      requireLock: config.requireLock ?? configuration.autoLock,
      createSnapshot: config.createSnapshot ?? snapshotsBeforeRuns(configuration),
      detectDrift: config.detectDrift ?? configuration.autoDriftDetect,
      deletions: deletionPolicy(request),
      agreed,
      onDrift: request.onDrift ?? 'stop',
      up: request.up ?? null,
      allowBreaking: request.allowBreaking === true,
      dependencies: { project: request.project ?? null, uses: loaded.uses },
      maxConcurrent: configuration.maxConcurrentExecutions,
      workdir: dirname(program.file),
      databasePath: settings.databasePath,
      artifactFolder: join(dirname(settings.databasePath), 'artifacts'),
      signal: request.signal ?? new AbortController().signal,
      validate: async (lockIds) => {
        if (!validates) return;
        const known = await facts(
          stack,
          { kind: 'loaded', definition },
          request.allowUnmet === true ? { ...needs, findings: [] } : needs,
          lockIds,
        );
        validation = validateStack(known);
        validation = shown(validation);
        request.report({ type: 'validated', report: validation });
        if (!validation.passed) throw validationFailed(validation);
      },
    });
    const { execution, status } = result;
    await pruneAfter(stack, request.report);
    const plan = planGroups(definition);
    return {
      stack,
      workflow: definition.name,
      execution,
      status,
      plan,
      resources: [],
      validation,
    };
  }

  return {
    run,
    async validate(name, options = {}) {
      const declared = (await projectOf(cwd))?.stacks.get(name);
      const { file, workflow, valuesFile } = options;
      if (file === undefined && declared === undefined) await openStack(context, name);
      if (file === undefined) return validateOne(name, declared);
      const request = {
        file,
        report: () => {},
        ...(workflow === undefined ? {} : { workflow }),
        ...(valuesFile === undefined ? {} : { valuesFile }),
      };
      // A file that was named on the command line and isn't there is a mistake of that line.
      const loading = await loadForValidation(() => load(request), 'workflow.file_unreadable');
      const needs = await checkNeeds(context, { load, cwd }, name, loading.loaded);
      return shown(validateStack(await facts(name, loading.workflow, needs)));
    },
    async validateAll() {
      const project = await projectOf(cwd);
      const graph = await readStackGraph(context, project, load);
      const names = [...graph.nodes.values()].filter(({ status }) => status !== 'missing');
      return Promise.all(
        names.map(({ name }) => validateOne(name, project?.stacks.get(name), graph)),
      );
    },
  };

  /** As the project declares it; of a stack that it doesn't, only what the store knows. */
  async function validateOne(
    name: string,
    declared: ProjectStack | undefined,
    graph?: StackGraph,
  ): Promise<ValidationReport> {
    const workflow =
      declared === undefined
        ? ({ kind: 'not_given' } as const)
        : (await loadForValidation(() => load({ ...requestFor(declared), report: () => {} })))
            .workflow;
    const needs =
      graph === undefined ? await checkNeeds(context, { load, cwd }, name) : needsIn(graph, name);
    return shown(validateStack(await facts(name, workflow, needs)));
  }

  /** What a workflow is made of may hold its secrets. */
  function shown(report: ValidationReport): ValidationReport {
    return redacted(context.redactor, report);
  }
}

/** Loaded by those who have to do with files of plans. */
const plans = async () => ({
  ...(await import('../plan/planFile.ts')),
  ...(await import('../plan/planFingerprint.ts')),
});

/** A request to do a plan: what the plan was made with, and what is said again besides. */
function asPlanned(given: RunRequest, planned: PlannedRequest): RunRequest {
  const { valuesFile, set, setString, params, ...rest } = planned;
  return {
    ...given,
    ...rest,
    ...(valuesFile === null ? {} : { valuesFile }),
    set: [...set, ...(given.set ?? [])],
    setString: [...setString, ...(given.setString ?? [])],
    params: [...params, ...(given.params ?? [])],
  };
}

/** Both settings have to want it: the one says that, the other when. */
function snapshotsBeforeRuns({ autoSnapshot, snapshotTriggers }: Configuration): boolean {
  return autoSnapshot && snapshotTriggers.includes('before_deployment');
}

/** A file that can't be loaded is a finding of the validation, not its end. */
async function loadForValidation(
  load: () => Promise<LoadedWorkflow>,
  fatal?: SlothError['code'],
): Promise<{
  readonly workflow: ValidationFacts['workflow'];
  readonly loaded?: LoadedWorkflow;
}> {
  try {
    const loaded = await load();
    await loaded.program.close();
    return { workflow: { kind: 'loaded', definition: loaded.definition }, loaded };
  } catch (error) {
    if (!isSlothError(error) || error.code === fatal) throw error;
    const { what, why, source } = describeError(error);
    const where = source === undefined ? '' : ` (line ${source.line})`;
    const reason = `${why === '' ? what : `${what}: ${why}`}${where}`;
    const modules = hasCode(error, 'workflow.module_missing');
    return { workflow: { kind: 'broken', reasons: [reason], modules } };
  }
}

function validationFailed(report: ValidationReport): SlothError {
  const findings = report.checks.flatMap((check) => check.findings);
  return new SlothError('validation.failed', { stack: report.stack, findings });
}
