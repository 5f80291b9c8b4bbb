import { ExitStatus } from '../../sdk/presentation.ts';
import { argument, type CommandSpec, textFlag } from '../CommandSpec.ts';
import { printResult } from '../print.ts';
import { renderValidation, renderValidationOfAll } from '../render/renderValidation.ts';

export const stackValidate: CommandSpec = {
  path: ['stack', 'validate'],
  summary: 'Check whether a stack, or every stack, is fit to run',
  details:
    'Looks, and changes nothing. With --file, also the workflow that is to run is checked, and the\n' +
    'stack need not exist yet.',
  args: [{ name: 'STACK', help: "name of the stack, or 'all'", complete: 'stack' }],
  flags: {
    file: {
      type: 'string',
      short: 'f',
      placeholder: 'FILE',
      help: 'workflow file to check with it',
      complete: 'file',
    },
    workflow: { type: 'string', placeholder: 'NAME', help: 'the workflow, where it has several' },
    values: {
      type: 'string',
      placeholder: 'FILE',
      help: 'YAML or JSON file of values',
      complete: 'file',
    },
  },
  async run(context, input) {
    const name = argument(input, 0);
    const { paint } = context.terminal;
    const runner = await context.open({ readOnly: true });
    if (name === 'all' && textFlag(input, 'file') === undefined) {
      const reports = await runner.validateAll();
      printResult(
        context,
        input,
        () => reports,
        () => renderValidationOfAll(reports, paint),
      );
      return reports.every((each) => each.passed) ? ExitStatus.done : ExitStatus.failed;
    }
    const [file, workflow, valuesFile] = [
      textFlag(input, 'file'),
      textFlag(input, 'workflow'),
      textFlag(input, 'values'),
    ];
    const report = await runner.validate(name, {
      ...(file === undefined ? {} : { file }),
      ...(workflow === undefined ? {} : { workflow }),
      ...(valuesFile === undefined ? {} : { valuesFile }),
    });
    printResult(
      context,
      input,
      () => report,
      () => renderValidation(report, paint),
    );
    return report.passed ? ExitStatus.done : ExitStatus.failed;
  },
};
