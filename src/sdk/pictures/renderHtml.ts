import type { StackGraph } from '../../services/deps/StackGraph.ts';
import { graphJson } from './graphJson.ts';
import type { PictureOptions } from './PictureOptions.ts';
import { renderSvg } from './renderSvg.ts';

/** The graph as one HTML file that needs nothing else: to move about in, to search, to click. */
export async function renderHtml(graph: StackGraph, options: PictureOptions): Promise<string> {
  const svg = await renderSvg(graph, options);
  // Inside a script element, only this could end it early.
  const data = JSON.stringify(graphJson(graph)).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stacks and their dependencies</title>
<style>${styles}</style>
</head>
<body>
<header>
<input id="search" type="search" placeholder="Search a stack" aria-label="Search a stack" autofocus>
<span id="count" role="status"></span>
<button id="fit" type="button">Fit</button>
<span class="hint">Drag to move, scroll to zoom, click a stack for its details.</span>
</header>
<main id="view">${svg}</main>
<aside id="details" hidden></aside>
<script id="data" type="application/json">${data}</script>
<script>${script}</script>
</body>
</html>
`;
}

const styles = `
:root { color-scheme: light dark; --ink: #1c2027; --paper: #ffffff; --bar: #f4f5f7; --line: #d4d8de }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaee; --paper: #14171c; --bar: #1c2027; --line: #3a414c } }
* { box-sizing: border-box }
body { margin: 0; height: 100vh; display: flex; flex-direction: column; font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
header { display: flex; gap: 12px; align-items: center; padding: 8px 12px; background: var(--bar); border-bottom: 1px solid var(--line) }
input, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 4px 10px }
.hint { opacity: .7; margin-left: auto }
main { flex: 1; overflow: hidden; cursor: grab; touch-action: none }
main svg { width: 100%; height: 100%; display: block }
.node { cursor: pointer }
.faded { opacity: .18 }
.chosen path, .chosen polygon { stroke-width: 3 }
aside { position: fixed; right: 12px; top: 60px; bottom: 12px; width: 320px; overflow: auto; padding: 14px 16px; background: var(--bar); border: 1px solid var(--line); border-radius: 10px }
aside h2 { margin: 0 0 8px; font-size: 16px; overflow-wrap: anywhere }
aside h3 { margin: 12px 0 2px; font-size: 13px; opacity: .7 }
aside ul { margin: 0; padding-left: 18px }
@media (max-width: 600px) { .hint { display: none } aside { left: 12px; width: auto; top: 45% } }
`;

const script = `
const { stacks, dependencies } = JSON.parse(document.getElementById('data').textContent);
const byName = new Map(stacks.map((each) => [each.name, each]));
const view = document.getElementById('view');
const svg = view.querySelector('svg');
const details = document.getElementById('details');
svg.removeAttribute('width');
svg.removeAttribute('height');
const whole = svg.getAttribute('viewBox').split(' ').map(Number);
let box = whole.slice();
const show = () => svg.setAttribute('viewBox', box.join(' '));
const fit = () => { box = whole.slice(); show(); };
document.getElementById('fit').addEventListener('click', fit);
const scale = () => Math.max(box[2] / view.clientWidth, box[3] / view.clientHeight);
view.addEventListener('wheel', (event) => {
  event.preventDefault();
  const factor = Math.exp(event.deltaY * 0.0015);
  const area = view.getBoundingClientRect();
  const x = box[0] + box[2] * (event.clientX - area.left) / area.width;
  const y = box[1] + box[3] * (event.clientY - area.top) / area.height;
  box = [x - (x - box[0]) * factor, y - (y - box[1]) * factor, box[2] * factor, box[3] * factor];
  show();
}, { passive: false });
let from = null;
view.addEventListener('pointerdown', (event) => { from = [event.clientX, event.clientY, box[0], box[1], false]; });
addEventListener('pointermove', (event) => {
  if (!from) return;
  const [dx, dy] = [event.clientX - from[0], event.clientY - from[1]];
  if (Math.abs(dx) + Math.abs(dy) > 4) from[4] = true;
  if (!from[4]) return;
  box[0] = from[2] - dx * scale();
  box[1] = from[3] - dy * scale();
  show();
});
addEventListener('pointerup', (event) => {
  const moved = from && from[4];
  from = null;
  if (moved || !view.contains(event.target)) return;
  const node = event.target.closest('.node');
  choose(node ? node.querySelector('title').textContent : null);
});
const nodes = [...svg.querySelectorAll('.node')];
const nameOf = (node) => node.querySelector('title').textContent;
function line(parent, tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  parent.append(element);
  return element;
}
function list(title, items) {
  if (items.length === 0) return;
  line(details, 'h3', title);
  const all = line(details, 'ul', '');
  for (const item of items) line(all, 'li', item);
}
function choose(name) {
  const stack = byName.get(name);
  for (const node of nodes) node.classList.toggle('chosen', nameOf(node) === name);
  details.hidden = !stack;
  details.textContent = '';
  if (!stack) return;
  line(details, 'h2', stack.name + (stack.version ? ' v' + stack.version : ''));
  if (stack.description) line(details, 'div', stack.description);
  list('Condition', [stack.condition]);
  const needs = dependencies.filter((each) => each.from === name);
  list('Needs', needs.map((each) => each.to + (each.outputs.length ? ' (' + each.outputs.join(', ') + ')' : '')));
  list('Needed by', dependencies.filter((each) => each.to === name).map((each) => each.from));
  list('Declared', needs.flatMap((each) => each.declarations.map((one) =>
    each.to + (one.range ? '@' + one.range : '') + ': ' + (one.at ? one.at.file + ':' + one.at.line : 'by ' + one.by))));
  list('Outputs', stack.outputs);
  list('Tags', stack.tags);
}
document.getElementById('search').addEventListener('input', (event) => {
  const text = event.target.value.trim().toLowerCase();
  let found = 0;
  for (const node of nodes) {
    const hit = nameOf(node).toLowerCase().includes(text);
    node.classList.toggle('faded', !hit);
    if (hit) found++;
  }
  document.getElementById('count').textContent = text ? found + ' found' : '';
  const hits = nodes.filter((node) => !node.classList.contains('faded'));
  if (text && hits.length === 1) choose(nameOf(hits[0]));
});
`;
