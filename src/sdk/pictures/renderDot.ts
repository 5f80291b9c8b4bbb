import { circles } from '../../model/cycles.ts';
import { namesOf, type StackEdge, type StackGraph } from '../../services/deps/StackGraph.ts';
import type { PictureOptions } from './PictureOptions.ts';
import { conditionOf, moodColors, moodOf } from './statusColors.ts';

/** Beyond so many stacks, a good layout is preferred to the best one. */
const MANY = 150;

/**
 * The graph in the language of Graphviz. An arrow leads from a stack to the one that needs it, so what
 * comes first stands on top. Helvetica has the widths of the font that pictures are set in.
 */
export function renderDot(graph: StackGraph, { showVersions }: PictureOptions): string {
  const inCircle = new Map(
    circles(namesOf(graph)).flatMap((members, n) => members.map((name) => [name, n] as const)),
  );
  const limits = graph.nodes.size > MANY ? ' nslimit=0.5 nslimit1=0.5 mclimit=0.1' : '';
  const nodes = [...graph.nodes.values()].map((node) => {
    const mood = moodOf(node);
    const [fill, border] = moodColors[mood].light;
    const version = showVersions && node.version !== '' ? ` v${node.version}` : '';
    const label = quote(`${node.name}${version}\n${conditionOf(node)}`);
    const dashed = node.status === 'missing' || node.status === 'planned' ? ',dashed' : '';
    return `  ${quote(node.name)} [label=${label} class=${quote(mood)} style="rounded,filled${dashed}" fillcolor="${fill}" color="${border}"];`;
  });
  const edges = [...graph.edges.values()].flatMap((to) =>
    [...to.values()].map((edge) => {
      const isCircular =
        inCircle.has(edge.from) && inCircle.get(edge.from) === inCircle.get(edge.to);
      const attributes = [
        `tooltip=${quote(describeEdge(edge))}`,
        ...(showVersions && rangeOf(edge) !== '' ? [`label=${quote(rangeOf(edge))}`] : []),
        ...(isCircular ? ['class="circular" color="#b3261e" penwidth=2'] : []),
      ];
      return `  ${quote(edge.to)} -> ${quote(edge.from)} [${attributes.join(' ')}];`;
    }),
  );
  return [
    'digraph stacks {',
    `  graph [rankdir=TB bgcolor=transparent pad=0.3 nodesep=0.35 ranksep=0.6${limits}];`,
    '  node [shape=box fontname=Helvetica fontsize=13 margin="0.18,0.1" penwidth=1.4];',
    '  edge [fontname=Helvetica fontsize=11 color="#7a828e" arrowsize=0.8];',
    ...nodes,
    ...edges,
    '}',
    '',
  ].join('\n');
}

/** The ranges that an edge asks for. */
export function rangeOf({ declarations }: StackEdge): string {
  const ranges = new Set(declarations.map(({ range }) => range).filter((range) => range !== ''));
  return [...ranges].join(', ');
}

function describeEdge(edge: StackEdge): string {
  const outputs = edge.outputs.length > 0 ? ` (${edge.outputs.join(', ')})` : '';
  return `${edge.from} needs ${edge.to}${outputs}`;
}

function quote(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `"${escaped}"`;
}
