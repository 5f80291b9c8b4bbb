import { conditionOf, type GraphStatistics, namesOf, reversed } from '../../sdk/presentation.ts';
import type { StackGraph, StackNode } from '../../sdk/Runner.ts';
import type { Paint } from '../terminal/Terminal.ts';

/** The statistics as the specification shows them. */
export function renderStatistics({ nodes, edges, depth, circular }: GraphStatistics): string[] {
  return [
    'Graph Statistics:',
    `  Total nodes:      ${nodes}`,
    `  Total edges:      ${edges}`,
    `  Max depth:        ${depth}`,
    `  Circular deps:    ${circular}`,
  ];
}

/**
 * The graph as a tree, from what needs to what is needed. What several need is drawn out once; a stack
 * that leads back to itself ends there.
 */
export function renderTree(graph: StackGraph, root: string | undefined, paint: Paint): string[] {
  const names = namesOf(graph);
  const dependents = reversed(names);
  const tops = [...names.keys()].filter((name) => (dependents.get(name) ?? []).length === 0);
  const starts = root === undefined ? tops : [root];
  const drawn = new Set<string>();
  const lines: string[] = [];
  const draw = (name: string, first: string, rest: string, above: readonly string[]): void => {
    const needs = names.get(name) ?? [];
    const isCircle = above.includes(name);
    const again = drawn.has(name) && needs.length > 0;
    const note = isCircle ? paint.bad(' (a circle)') : again ? paint.dim(' (see above)') : '';
    lines.push(`${first}${describe(graph.nodes.get(name), name, paint)}${note}`);
    if (isCircle || again) return;
    drawn.add(name);
    for (const [index, need] of needs.entries()) {
      const isLast = index === needs.length - 1;
      const branch = isLast ? '└── ' : '├── ';
      draw(need, `${rest}${branch}`, `${rest}${isLast ? '    ' : '│   '}`, [...above, name]);
    }
  };
  for (const start of starts) draw(start, '', '', []);
  // Stacks on a circle that nothing else leads to.
  for (const name of names.keys())
    if (!drawn.has(name) && root === undefined) draw(name, '', '', []);
  return lines;
}

function describe(node: StackNode | undefined, name: string, paint: Paint): string {
  if (node === undefined) return name;
  const version = node.version === '' ? '' : ` (v${node.version})`;
  const condition = conditionOf(node);
  const said =
    node.status === 'failed' || node.status === 'missing'
      ? paint.bad(condition)
      : condition === 'completed'
        ? paint.good(condition)
        : paint.warn(condition);
  return `${name}${version}  ${said}`;
}
