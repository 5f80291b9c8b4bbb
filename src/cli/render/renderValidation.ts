import type { CheckResult, ValidationReport } from '../../sdk/presentation.ts';
import { appendAll } from '../../sdk/presentation.ts';
import type { Paint } from '../terminal/Terminal.ts';

/** How each check is named when it passes, when it fails, and what it would look at. */
const sentences: Readonly<
  Record<CheckResult['check'], { passed: string; failed: string; subject: string }>
> = {
  configuration: {
    passed: 'Configuration syntax valid',
    failed: 'Configuration check failed',
    subject: 'no configuration',
  },
  dependencies: {
    passed: 'All dependencies available',
    failed: 'Dependency check failed',
    subject: 'it is known to need no other stack',
  },
  resources: {
    passed: 'Required resources exist',
    failed: 'Resource check failed',
    subject: 'no requirements declared',
  },
  permissions: {
    passed: 'Permissions sufficient',
    failed: 'Permission check failed',
    subject: 'switched off',
  },
  lock: { passed: 'No lock conflicts', failed: 'Lock check failed', subject: 'the stack is new' },
  workflow: {
    passed: 'Workflow definition valid',
    failed: 'Workflow check failed',
    subject: 'no workflow given, pass --file',
  },
  modules: {
    passed: 'All modules available',
    failed: 'Module check failed',
    subject: 'no workflow given, pass --file',
  },
};

/** `stack validate NAME`, as the specification shows it. */
export function renderValidation(report: ValidationReport, paint: Paint): string[] {
  const lines = [`Validating stack: ${report.stack}`, ''];
  const broken = report.checks.some((each) => each.check === 'workflow' && isBad(each));
  for (const check of report.checks) appendAll(lines, renderCheck(check, broken, paint));
  lines.push('');
  if (report.passed) {
    return [...lines, `Validation passed: ${report.stack} is ready for execution`];
  }
  const count = report.checks.filter(isBad).length;
  const errors = `${count} ${count === 1 ? 'error' : 'errors'} found`;
  return [
    ...lines,
    `${paint.bad('✗')} Validation failed: ${errors}`,
    '',
    'Fix these issues before running the stack.',
  ];
}

/** `stack validate all`, as the specification shows it. */
export function renderValidationOfAll(
  reports: readonly ValidationReport[],
  paint: Paint,
): string[] {
  const lines = ['Validating all stacks...', ''];
  for (const { stack, passed, checks } of reports) {
    lines.push(`Stack: ${stack}`);
    lines.push(`  Status: ${passed ? paint.good('✓ PASS') : paint.bad('✗ FAIL')}`);
    const findings = checks.filter(isBad).flatMap((check) => check.findings);
    if (findings.length > 0)
      appendAll(lines, ['  Errors:', ...findings.map((each) => `    - ${each}`)]);
    lines.push('');
  }
  const passed = reports.filter((report) => report.passed).length;
  const failed = reports.length - passed;
  lines.push('Summary:');
  lines.push(`  Total:    ${stacks(reports.length)}`);
  lines.push(`  Passed:   ${stacks(passed)}`);
  lines.push(`  Failed:   ${stacks(failed)}`);
  return [...lines, '', `Overall: ${failed === 0 ? paint.good('PASSED') : paint.bad('FAILED')}`];
}

function renderCheck(
  { check, status, findings, unchecked = '' }: CheckResult,
  broken: boolean,
  paint: Paint,
): string[] {
  const { passed, failed, subject: usual } = sentences[check];
  const subject = broken && check === 'modules' ? 'the workflow could not be loaded' : usual;
  const note = unchecked === '' ? '' : paint.dim(` (not checked: ${unchecked})`);
  if (status === 'passed') return [`${paint.good('✓')} ${passed}${note}`];
  if (status === 'not_checked') return [`${paint.dim('-')} ${passed}: not checked (${unchecked})`];
  if (status === 'nothing_to_check') {
    return [`${paint.dim('-')} ${passed}: ${paint.dim(`nothing to check (${subject})`)}`];
  }
  const title =
    status === 'warning'
      ? `${paint.warn('⚠')} ${failed.replace('failed', 'has warnings')}`
      : `${paint.bad('✗')} ${failed}`;
  return [title, ...findings.map((each) => `  - ${each}`)];
}

function isBad({ status }: CheckResult): boolean {
  return status === 'failed';
}

function stacks(count: number): string {
  return `${count} ${count === 1 ? 'stack' : 'stacks'}`;
}
