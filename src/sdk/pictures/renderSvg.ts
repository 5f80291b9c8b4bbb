import type { StackGraph } from '../../services/deps/StackGraph.ts';
import type { PictureOptions } from './PictureOptions.ts';
import { renderDot } from './renderDot.ts';
import { type Mood, moodColors } from './statusColors.ts';

/** The fonts of the same widths that machines have; the first one comes with the package. */
const FONTS = 'Arimo, Helvetica, Arial, &quot;Liberation Sans&quot;, sans-serif';

/**
 * The graph as SVG, laid out by Graphviz in WebAssembly. Its colours follow the reader's light or dark
 * setting; `fixed` writes those of the theme in, for what knows no such setting.
 */
export async function renderSvg(
  graph: StackGraph,
  options: PictureOptions,
  fixed = false,
): Promise<string> {
  const { instance } = await import('@viz-js/viz');
  const viz = await instance();
  const drawn = viz.renderString(renderDot(graph, options), { format: 'svg' });
  const svg = drawn
    .slice(drawn.indexOf('<svg'))
    .replaceAll(/<!--.*?-->\n?/gs, '')
    // Only a comment could not hold them, and people search for names.
    .replaceAll('&#45;', '-')
    .replaceAll(/font-family="[^"]*"/g, `font-family="${FONTS}"`);
  const at = svg.indexOf('>') + 1;
  return `${svg.slice(0, at)}\n<style>${stylesOf(options, fixed)}</style>${svg.slice(at)}`;
}

function stylesOf({ theme }: PictureOptions, fixed: boolean): string {
  if (fixed) return rulesOf(theme);
  return `${rulesOf('light')}\n@media (prefers-color-scheme: dark) {${rulesOf('dark')}}`;
}

function rulesOf(theme: 'light' | 'dark'): string {
  const isLight = theme === 'light';
  const [ink, line, alarm] = isLight
    ? ['#1c2027', '#7a828e', '#b3261e']
    : ['#e8eaee', '#8b93a0', '#f2857c'];
  const moods = (Object.keys(moodColors) as Mood[]).map((mood) => {
    const [fill, border] = moodColors[mood][theme];
    return `.node.${mood} path, .node.${mood} polygon { fill: ${fill}; stroke: ${border} }`;
  });
  return [
    '',
    `text { fill: ${ink} }`,
    `.edge path { stroke: ${line} }`,
    `.edge polygon { stroke: ${line}; fill: ${line} }`,
    `.edge.circular path { stroke: ${alarm} }`,
    `.edge.circular polygon { stroke: ${alarm}; fill: ${alarm} }`,
    ...moods,
    '',
  ].join('\n');
}
