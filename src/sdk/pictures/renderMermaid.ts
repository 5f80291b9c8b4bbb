import type { StackGraph } from '../../services/deps/StackGraph.ts';
import type { PictureOptions } from './PictureOptions.ts';
import { rangeOf } from './renderDot.ts';
import { conditionOf, moodColors, moodOf } from './statusColors.ts';

/** The graph in the language of Mermaid, which many pages draw by themselves. */
export function renderMermaid(graph: StackGraph, { showVersions }: PictureOptions): string {
  const ids = new Map([...graph.nodes.keys()].map((name, index) => [name, `n${index}`]));
  const nodes = [...graph.nodes.values()].map((node) => {
    const version = showVersions && node.version !== '' ? ` v${node.version}` : '';
    const text = `${node.name}${version}<br/>${conditionOf(node)}`;
    return `    ${ids.get(node.name)}["${text}"]:::${moodOf(node)}`;
  });
  const edges = [...graph.edges.values()].flatMap((to) =>
    [...to.values()].map((edge) => {
      const range = showVersions ? rangeOf(edge) : '';
      const label = range === '' ? '' : `|"${range}"|`;
      return `    ${ids.get(edge.to)} -->${label} ${ids.get(edge.from)}`;
    }),
  );
  const used = new Set([...graph.nodes.values()].map(moodOf));
  const classes = [...used].map((mood) => {
    const [fill, border] = moodColors[mood].light;
    return `    classDef ${mood} fill:${fill},stroke:${border},color:#1c2027`;
  });
  return ['graph TB', ...nodes, ...edges, ...classes, ''].join('\n');
}
