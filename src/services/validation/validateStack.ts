import { dirname } from 'node:path';
import type { Head } from '../../model/head.ts';
import { isLockHeld } from '../../model/lock.ts';
import type { ProbeLiveness } from '../../model/processIdentity.ts';
import type { WorkflowDefinition } from '../../model/workflow.ts';
import { checkWorkflow } from './checkWorkflow.ts';
import { neededPrograms } from './neededPrograms.ts';
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
  /** The database, which every run writes, and the folder of what tasks produce. */
  readonly databasePath: string;
  readonly artifactFolder: string;
  readonly probes: Probes;
  /** Why what is sealed can't be read or added to, as a sentence; empty where it can. */
  readonly keyFault: string;
  /** What is known of declared resources without looking at their objects. */
  readonly resources: {
    /** Declarations that can't be right. */
    readonly invalid: readonly string[];
    /** Types that this machine isn't fit for. */
    readonly unfit: readonly string[];
    readonly types: readonly string[];
    /** Where their objects lie, absolute. */
    readonly places: readonly string[];
  };
  /** Modules that the workflow's code requires. */
  readonly modules: {
    readonly missing: readonly string[];
    /** What can't be told of them without running the code. */
    readonly unknown: readonly string[];
  };
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
  const { probes, settings, workflow, databasePath, resources, keyFault } = facts;
  const requires = workflow.kind === 'loaded' ? workflow.definition.requires : null;
  const findings: string[] = [...resources.unfit];
  if (keyFault !== '') findings.push(`Cannot open secrets: ${keyFault}`);
  for (const file of requires?.files ?? []) {
    if (!probes.fileExists(file)) findings.push(`Missing file: ${file}`);
  }
  const programs = new Set([...(requires?.programs ?? []), ...neededPrograms(resources.types)]);
  for (const program of programs) {
    if (!probes.programExists(program)) findings.push(`Missing program: ${program}`);
  }
  for (const name of requires?.env ?? []) {
    if (!probes.env(name)) findings.push(`Missing environment variable: ${name}`);
  }
  const declared = requires?.disk ?? 0;
  const usual = settings.checkDiskSpace ? settings.minDiskSpace : 0;
  const free = declared > 0 || usual > 0 ? probes.freeSpace(dirname(databasePath)) : 0;
  if (free < declared) findings.push(lackOfSpace(declared, free));
  if (findings.length > 0 || free >= usual) return verdict('resources', findings);
  // Less than usual, yet as much as this workflow asks for: that may well go well.
  return { check: 'resources', status: 'warning', findings: [lackOfSpace(usual, free)] };
}

function lackOfSpace(required: number, free: number): string {
  return `Disk space insufficient: ${megabytes(required)} required, ${megabytes(free)} available`;
}

function checkPermissions(facts: ValidationFacts): CheckResult {
  const { settings, probes, workflow, databasePath, artifactFolder, resources } = facts;
  if (!settings.checkPermissions) return nothing('permissions');
  const tasks = workflow.kind === 'loaded' ? workflow.definition.tasks : [];
  const makesArtifacts = tasks.some(({ artifacts }) => artifacts.length > 0);
  const absent = resources.places.filter((path) => !probes.fileExists(path));
  const folders = new Set([
    dirname(databasePath),
    ...(makesArtifacts ? [artifactFolder] : []),
    ...tasks.flatMap((task) => task.workdir ?? []),
    ...absent.map((path) => dirname(path)),
  ]);
  const refused = [
    ...(probes.canChange(databasePath) ? [] : [databasePath]),
    ...[...folders].filter((folder) => !probes.canWrite(folder)),
  ];
  const findings = refused.map((path) => `Cannot write to: ${path}`);
  const result = verdict('permissions', findings);
  const unchecked = uncheckedPermissions(facts, absent);
  return unchecked === '' || findings.length > 0 ? result : { ...result, unchecked };
}

/** What only the run can tell about permissions. */
function uncheckedPermissions(
  { workflow, probes, resources }: ValidationFacts,
  absent: readonly string[],
): string {
  if (workflow.kind !== 'loaded') return 'what a workflow writes, for none was loaded';
  const there = resources.places.filter((path) => !absent.includes(path));
  const fixed = there.filter((path) => !probes.canChange(path));
  const [first] = fixed;
  if (first === undefined) return '';
  const more = fixed.length > 1 ? ` and ${fixed.length - 1} more` : '';
  return `${first}${more} can't be written, and was not looked at: it must be as declared already`;
}

function checkLock({ head, lockIds, now, probe }: ValidationFacts): CheckResult {
  if (head === null) return nothing('lock');
  const { lock } = head;
  if (lock === null || lockIds.has(lock.id) || !isLockHeld(head, now, probe)) {
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

function checkModules({ workflow, modules }: ValidationFacts): CheckResult {
  if (workflow.kind === 'not_given') return nothing('modules');
  if (workflow.kind === 'broken') {
    return workflow.modules ? verdict('modules', workflow.reasons) : nothing('modules');
  }
  const { missing, unknown } = modules;
  if (missing.length > 0 || unknown.length === 0) return verdict('modules', missing);
  return { check: 'modules', status: 'not_checked', findings: [], unchecked: unknown.join(', ') };
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
