import type { StackGraph } from '../../services/deps/StackGraph.ts';
import { graphJson } from './graphJson.ts';
import type { PictureFormat, PictureOptions } from './PictureOptions.ts';
import { renderDot } from './renderDot.ts';
import { renderMermaid } from './renderMermaid.ts';

/** Draws a graph; nothing but this package is needed for it. */
export async function renderPicture(
  graph: StackGraph,
  format: PictureFormat,
  options: PictureOptions,
): Promise<string | Uint8Array> {
  switch (format) {
    case 'dot':
      return renderDot(graph, options);
    case 'mermaid':
      return renderMermaid(graph, options);
    case 'json':
      return `${JSON.stringify(graphJson(graph), null, 2)}\n`;
    case 'svg':
      return (await import('./renderSvg.ts')).renderSvg(graph, options);
    case 'html':
      return (await import('./renderHtml.ts')).renderHtml(graph, options);
    case 'png':
      return (await import('./renderPng.ts')).renderPng(graph, options);
  }
}
