import {
  counted,
  ExitStatus,
  formatDuration,
  isFault,
  pictureFormats,
  SlothError,
} from '../../sdk/presentation.ts';
import type { Estimate, PictureFormat, StackGraph, StackOrder } from '../../sdk/Runner.ts';
import {
  argument,
  type CommandContext,
  type CommandInput,
  type CommandSpec,
  isSet,
  textFlag,
} from '../CommandSpec.ts';
import { forceFlag } from '../forceFlag.ts';
import { printLines, printResult } from '../print.ts';
import { projectFlag, projectOf } from '../projectFlag.ts';
import { renderFindings } from '../render/renderDependencyFindings.ts';
import { renderStatistics, renderTree } from '../render/renderGraph.ts';
import { safeJson } from '../terminal/control.ts';

const stackArgument = { name: 'STACK', help: 'name of the stack', complete: 'stack' } as const;

export const depsShow: CommandSpec = {
  path: ['stack', 'deps', 'show'],
  summary: 'Show what a stack needs, and which stacks need it',
  args: [stackArgument],
  flags: projectFlag,
  async run(context, input) {
    const name = argument(input, 0);
    const runner = await context.open({ readOnly: true });
    const { graph, ...shown } = await runner.deps.show(name, projectOf(input));
    const told = (stack: string): string => `  • ${stack}${noteOf(graph, stack, context)}`;
    printResult(
      context,
      input,
      () => shown,
      () => [
        `Dependencies for: ${name}`,
        '',
        'Direct Dependencies:',
        ...orNone(shown.direct.map(told)),
        '',
        'Indirect Dependencies:',
        ...orNone(shown.indirect.map(({ stack, via }) => `${told(stack)} (via ${via})`)),
        '',
        'Dependents (stacks that depend on this):',
        ...orNone(shown.dependents.map(told)),
        '',
        `Total dependency count: ${shown.count}`,
        `Dependency depth: ${counted(shown.depth, 'level')}`,
      ],
    );
    return ExitStatus.done;
  },
};

/** The version of a stack, and what is to be known before one builds on it. */
function noteOf({ nodes }: StackGraph, stack: string, { terminal }: CommandContext): string {
  const node = nodes.get(stack);
  if (node === undefined) return '';
  const { paint } = terminal;
  const version = node.version === '' ? '' : ` (v${node.version})`;
  if (node.status === 'missing') return paint.bad(' (missing)');
  const { status, hasRun } = node;
  if (status === 'failed' || status === 'interrupted') {
    return `${version}${paint.bad(` (${status})`)}`;
  }
  if (!hasRun) return `${version}${paint.dim(' (not run yet)')}`;
  return `${version}${node.stale ? paint.warn(' (stale)') : ''}`;
}

export const depsGraph: CommandSpec = {
  path: ['stack', 'deps', 'graph'],
  summary: 'Draw the graph of stacks: as a picture, or as a tree on the terminal',
  details:
    'The format is the ending of the file, PNG without one. An arrow in a picture leads to the stack\n' +
    'that needs the other; colours tell the condition, which is also written out.',
  args: [{ ...stackArgument, optional: true }],
  flags: {
    output: {
      type: 'string',
      short: 'o',
      placeholder: 'FILE',
      help: 'file to draw to',
      complete: 'file',
    },
    ...forceFlag,
    format: { type: 'string', help: pictureFormats.join(', '), complete: pictureFormats },
    'show-versions': { type: 'boolean', help: 'with versions, and the ranges that are asked for' },
    'full-tree': { type: 'boolean', help: 'all the way down, not only what it needs directly' },
    all: { type: 'boolean', help: 'all stacks; the default without a name' },
    theme: { type: 'string', help: 'light or dark, of a PNG', complete: ['light', 'dark'] },
    ...projectFlag,
  },
  examples: ['sloth-runner stack deps graph backend-stack --output deps.png --full-tree'],
  async run(context, input) {
    const name = isSet(input, 'all') ? undefined : input.args[0];
    const file = textFlag(input, 'output');
    const format = formatOf(input, file);
    const runner = await context.open({ readOnly: true });
    const wish = { ...projectOf(input), fullTree: isSet(input, 'full-tree') };
    const { graph, statistics } = await runner.deps.graph(name, wish);
    if (format === null) {
      if (isSet(input, 'json')) {
        context.terminal.out(safeJson(String(await runner.deps.draw(graph, 'json'))));
        return ExitStatus.done;
      }
      const tree = renderTree(graph, name, context.terminal.paint);
      printLines(context, [...orNone(tree), '', ...renderStatistics(statistics)]);
      return ExitStatus.done;
    }
    const options = { showVersions: isSet(input, 'show-versions'), theme: themeOf(input) };
    if (file === undefined) {
      if (format === 'png') {
        const reason = 'a PNG needs a file to go to: --output deps.png';
        throw new SlothError('usage.invalid', { reason, command: 'stack deps graph' });
      }
      const drawn = String(await runner.deps.draw(graph, format, options));
      context.terminal.out(format === 'json' ? safeJson(drawn) : drawn);
      return ExitStatus.done;
    }
    await runner.deps.draw(graph, format, { ...options, file, force: isSet(input, 'force') });
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ file, format, ...statistics }),
      () => [
        `${good('✓')} Dependency graph generated: ${file}`,
        '',
        ...renderStatistics(statistics),
      ],
    );
    return ExitStatus.done;
  },
};

/** What to draw; `null` for a tree on the terminal. */
function formatOf(input: CommandInput, file: string | undefined): PictureFormat | null {
  const given = textFlag(input, 'format')?.toLowerCase();
  const ending = file === undefined ? undefined : /\.([A-Za-z]+)$/.exec(file)?.[1]?.toLowerCase();
  const text = given ?? (ending === 'mmd' ? 'mermaid' : ending);
  if (text === undefined) return file === undefined ? null : 'png';
  const known = pictureFormats.find((each) => each === text);
  if (known !== undefined) return known;
  throw new SlothError('deps.unknown_format', { format: text, known: pictureFormats });
}

function themeOf(input: CommandInput): 'light' | 'dark' {
  const theme = textFlag(input, 'theme') ?? 'light';
  if (theme === 'light' || theme === 'dark') return theme;
  const reason = `there is no theme '${theme}'; it is light or dark`;
  throw new SlothError('usage.invalid', { reason, command: 'stack deps graph' });
}

export const depsCheck: CommandSpec = {
  path: ['stack', 'deps', 'check'],
  summary:
    'Check the dependencies of a stack, or of all: circles, missing stacks, versions, outputs',
  details:
    'A stack of the project that only has not run yet is told, and is no fault: up runs it first.',
  args: [{ ...stackArgument, optional: true }],
  flags: projectFlag,
  async run(context, input) {
    const name = input.args[0];
    const runner = await context.open({ readOnly: true });
    const findings = await runner.deps.check(name, projectOf(input));
    const { paint } = context.terminal;
    const valid = !findings.some(isFault);
    printResult(
      context,
      input,
      () => ({ stack: name ?? null, valid, findings }),
      () => [
        `Checking dependencies for: ${name ?? 'all stacks'}`,
        '',
        ...renderFindings(findings, paint),
      ],
    );
    return valid ? ExitStatus.done : ExitStatus.failed;
  },
};

export const depsOrder: CommandSpec = {
  path: ['stack', 'deps', 'order'],
  summary: 'Say in which order stacks run, which can run at the same time, and how long it takes',
  details: 'What the stacks need comes along. Without names, all stacks are ordered.',
  args: [{ ...stackArgument, variadic: true, optional: true }],
  flags: projectFlag,
  async run(context, input) {
    const runner = await context.open({ readOnly: true });
    const order = await runner.deps.order(input.args, projectOf(input));
    printResult(
      context,
      input,
      () => order,
      () => renderOrder(order),
    );
    return ExitStatus.done;
  },
};

function renderOrder(order: StackOrder): string[] {
  const { groups, series, parallel, critical, slots, unknown } = order;
  const places = order.order.map(({ stack, dependsOn, asked }, index) => {
    const why = dependsOn.length === 0 ? 'no dependencies' : `depends on: ${dependsOn.join(', ')}`;
    return `  ${index + 1}. ${stack} (${why})${asked ? '' : ' — comes along'}`;
  });
  const missing = unknown.length > 0 && series !== null;
  return [
    'Calculating execution order...',
    '',
    'Recommended execution order:',
    ...orNone(places),
    '',
    `Total execution time estimate: ${estimated(series)}`,
    'Parallelizable groups:',
    ...orNone(groups.map((group, index) => `  Group ${index + 1}: ${group.join(', ')}`)),
    '',
    `With parallelization: ${estimated(parallel)}${series === null ? '' : `, ${slots} at a time`}`,
    ...(critical === null
      ? []
      : [`Critical path: ${order.criticalPath.join(' -> ')}: ${estimated(critical)}`]),
    ...(missing
      ? [`Not in the estimates, because they have no history: ${unknown.join(', ')}`]
      : []),
  ];
}

function estimated(estimate: Estimate | null): string {
  if (estimate === null) return 'no history';
  const { median, slowest, runs } = estimate;
  const { fewest, most } = runs;
  const made = fewest === most ? counted(most, 'run') : `${fewest} to ${most} runs`;
  const by =
    most === 1
      ? 'by 1 run of each'
      : `medians of ${made} of each; the slowest ${formatDuration(slowest)}`;
  return `~${formatDuration(median)} (${by})`;
}

export const depsAdd: CommandSpec = {
  path: ['stack', 'deps', 'add'],
  summary: 'Declare by hand that a stack needs another',
  args: [
    stackArgument,
    { name: 'DEPENDENCY', help: 'a stack, as name or name@^2.1', complete: 'stack' },
  ],
  async run(context, input) {
    const [name, dependency] = [argument(input, 0), argument(input, 1)];
    const runner = await context.open();
    const findings = await runner.deps.add(name, dependency);
    const { paint } = context.terminal;
    printResult(
      context,
      input,
      () => ({ stack: name, dependency, findings }),
      () => [
        `${paint.good('✓')} Stack '${name}' depends on ${dependency}`,
        ...(findings.length === 0 ? [] : ['', ...renderFindings(findings, paint)]),
      ],
    );
    return ExitStatus.done;
  },
};

export const depsRemove: CommandSpec = {
  path: ['stack', 'deps', 'remove'],
  summary: 'Take back a dependency that was declared by hand',
  args: [stackArgument, { name: 'DEPENDENCY', help: 'the stack it names', complete: 'stack' }],
  async run(context, input) {
    const [name, dependency] = [argument(input, 0), argument(input, 1)];
    const runner = await context.open();
    await runner.deps.remove(name, dependency);
    const { good } = context.terminal.paint;
    printResult(
      context,
      input,
      () => ({ stack: name, dependency }),
      () => [`${good('✓')} Stack '${name}' no longer depends on ${dependency} by hand`],
    );
    return ExitStatus.done;
  },
};

function orNone(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? lines : ['  (none)'];
}
