import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as ResvgModule from '@resvg/resvg-wasm';
import type { StackGraph } from '../../services/deps/StackGraph.ts';
import { packageFolder } from '../packageFolder.ts';
import type { PictureOptions } from './PictureOptions.ts';
import { renderSvg } from './renderSvg.ts';

const BACKGROUND = { light: '#ffffff', dark: '#14171c' } as const;

/** Twice the size of the drawing, so that text is sharp on any screen. */
const SCALE = 2;

/** No side is longer, in pixels: what opens a picture has limits, too. */
const LONGEST = 12_000;

/** The graph as PNG; the font comes with the package, so it looks the same everywhere. */
export async function renderPng(graph: StackGraph, options: PictureOptions): Promise<Uint8Array> {
  const [{ Resvg }, svg, font] = await Promise.all([
    loadResvg(),
    renderSvg(graph, options, true),
    readFile(join(packageFolder(), 'assets/fonts/Arimo-Regular.ttf')),
  ]);
  const sizes = [...svg.matchAll(/(?:width|height)="([\d.]+)pt"/g)].map(([, size]) => Number(size));
  const scale = Math.min(SCALE, LONGEST / Math.max(1, ...sizes));
  const drawing = new Resvg(svg, {
    background: BACKGROUND[options.theme],
    fitTo: { mode: 'zoom', value: scale },
    font: { fontBuffers: [new Uint8Array(font)], defaultFontFamily: 'Arimo' },
  });
  const image = drawing.render();
  const bytes = image.asPng();
  image.free();
  drawing.free();
  return bytes;
}

let loading: Promise<typeof ResvgModule> | undefined;

/** Once in a process: it refuses to be made ready twice. */
function loadResvg(): Promise<typeof ResvgModule> {
  loading ??= (async () => {
    const resvg = await import('@resvg/resvg-wasm');
    const wasm = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm');
    await resvg.initWasm(await readFile(wasm));
    return resvg;
  })();
  return loading;
}
