import type { Head } from '../../model/head.ts';
import { isHeld } from '../../model/lock.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';
import type { WorkflowDefinition } from '../../model/workflow.ts';
import { checkWorkflow } from './checkWorkflow.ts';
import type { Probes } from './probes.ts';
import type { CheckResult, ValidationReport } from './ValidationReport.ts';

/** The settings of `stacks.validation`. */
export interface ValidationSettings {
  readonly strictMode: boolean;
  readonly checkDiskSpace: boolean;
  /** Bytes. */
  readonly minDiskSpace: number;
  readonly checkPermissions: boolean;
}

/** Everything a validation looks at. */
export interface ValidationFacts {
  readonly stack: string;
  /** `null` for a stack that has not run yet. */
  readonly head: Head | null;
  /** Lock ids of whoever asks: one's own lock is no conflict. */
  readonly lockIds: ReadonlySet<string>;
  readonly now: number;
  readonly probe: ProbeLiveness;
  readonly settings: ValidationSettings;
  /** Sentences on what it lacks of the stacks that it needs; `null` where it needs none. */
  readonly unmet: readonly string[] | null;
  /** The workflow, where its file was given; else what went wrong loading it, or nothing at all. */
  readonly workflow:
    | { readonly kind: 'loaded'; readonly definition: WorkflowDefinition }
    | { readonly kind: 'broken'; readonly reasons: readonly string[]; readonly modules: boolean }
    | { readonly kind: 'not_given' };
  /** The folder of the database, which every run writes. */
  readonly databaseFolder: string;
  readonly probes: Probes;
  /** Declarations of resources that can't be right, and types that this machine isn't fit for. */
  readonly resources: { readonly invalid: readonly string[]; readonly unfit: readonly string[] };
}

/** Checks whether a stack is fit to run, in the order of the specification. Changes nothing. */
export function validateStack(facts: ValidationFacts): ValidationReport {
  const checks: CheckResult[] = [
    // A configuration with a fault never gets this far: it is refused when it is read.
    { check: 'configuration', status: 'passed', findings: [] },
    checkDependencies(facts),
    checkResources(facts),
    checkPermissions(facts),
    checkLock(facts),
    checkDefinition(facts),
    checkModules(facts),
  ];
  const judged = facts.settings.strictMode ? checks.map(strictly) : checks;
  return {
    stack: facts.stack,
    passed: !judged.some((each) => each.status === 'failed'),
    checks: judged,
  };
}

/** In strict mode a warning is a failure. */
function strictly(check: CheckResult): CheckResult {
  return check.status === 'warning' ? { ...check, status: 'failed' } : check;
}

function checkDependencies({ unmet }: ValidationFacts): CheckResult {
  return unmet === null ? nothing('dependencies') : verdict('dependencies', unmet);
}

function checkResources(facts: ValidationFacts): CheckResult {
  const { probes, settings, workflow, databaseFolder } = facts;
  const requires = workflow.kind === 'loaded' ? workflow.definition.requires : null;
  const findings: string[] = [...facts.resources.unfit];
  for (const file of requires?.files ?? []) {
    if (!probes.fileExists(file)) findings.push(`Missing file: ${file}`);
  }
  for (const program of requires?.programs ?? []) {
    if (!probes.programExists(program)) findings.push(`Missing program: ${program}`);
  }
  for (const name of requires?.env ?? []) {
    if (!probes.env(name)) findings.push(`Missing environment variable: ${name}`);
  }
  const declared = requires?.disk ?? 0;
  const usual = settings.checkDiskSpace ? settings.minDiskSpace : 0;
  const free = declared > 0 || usual > 0 ? probes.freeSpace(databaseFolder) : 0;
  if (free < declared) findings.push(lackOfSpace(declared, free));
  if (findings.length > 0 || free >= usual) return verdict('resources', findings);
  // Less than usual, yet as much as this workflow asks for: that may well go well.
  return { check: 'resources', status: 'warning', findings: [lackOfSpace(usual, free)] };
}

function lackOfSpace(required: number, free: number): string {
  return `Disk space insufficient: ${megabytes(required)} required, ${megabytes(free)} available`;
}

function checkPermissions({
  settings,
  probes,
  workflow,
  databaseFolder,
}: ValidationFacts): CheckResult {
  if (!settings.checkPermissions) return nothing('permissions');
  const tasks = workflow.kind === 'loaded' ? workflow.definition.tasks : [];
  const folders = new Set([databaseFolder, ...tasks.flatMap((task) => task.workdir ?? [])]);
  const refused = [...folders].filter((folder) => !probes.canWrite(folder));
  return verdict(
    'permissions',
    refused.map((folder) => `Cannot write to: ${folder}`),
  );
}

function checkLock({ head, lockIds, now, probe }: ValidationFacts): CheckResult {
  if (head === null) return nothing('lock');
  const { lock } = head;
  if (lock === null || lockIds.has(lock.id) || !isHeld(lock, now, probe)) {
    return verdict('lock', []);
  }
  const reason = lock.reason === '' ? '' : ` (${lock.reason})`;
  return verdict('lock', [`Locked by ${lock.lockedBy}${reason}`]);
}

function checkDefinition({ workflow, resources }: ValidationFacts): CheckResult {
  if (workflow.kind === 'not_given') return nothing('workflow');
  if (workflow.kind === 'broken')
    return verdict('workflow', workflow.modules ? [] : workflow.reasons);
  const parts = checkWorkflow(workflow.definition).map(({ message, at }) => {
    return `${message} (line ${at.line})`;
  });
  return verdict('workflow', [...parts, ...resources.invalid]);
}

function checkModules({ workflow }: ValidationFacts): CheckResult {
  if (workflow.kind === 'not_given') return nothing('modules');
  if (workflow.kind === 'broken') {
    return workflow.modules ? verdict('modules', workflow.reasons) : nothing('modules');
  }
  return verdict('modules', []);
}

function verdict(check: CheckResult['check'], findings: readonly string[]): CheckResult {
  return { check, status: findings.length === 0 ? 'passed' : 'failed', findings };
}

function nothing(check: CheckResult['check']): CheckResult {
  return { check, status: 'nothing_to_check', findings: [] };
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1e6)}MB`;
}
