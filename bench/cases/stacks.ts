import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { criticalPath, schedule } from '../../src/model/criticalPath.ts';
import { circles } from '../../src/model/cycles.ts';
import { type Graph, topologicalGroups } from '../../src/model/graph.ts';
import { openRunner } from '../../src/sdk/openRunner.ts';
import { renderSvg } from '../../src/sdk/pictures/renderSvg.ts';
import type { Runner } from '../../src/sdk/Runner.ts';
import { buildStackGraph } from '../../src/services/deps/buildStackGraph.ts';
import { orderStacks } from '../../src/services/deps/orderStacks.ts';
import type { StackGraph } from '../../src/services/deps/StackGraph.ts';
import { median } from '../measure.ts';
import { type Result, ratioResult, timeResult } from '../Result.ts';
import { createWorkspace } from '../workspace.ts';

/** Graphs of many stacks, pictures of them, and running them. */
export async function benchStacks(): Promise<Result[]> {
  return [...benchGraph(), await benchPicture(), ...(await benchUp())];
}

/** Numbers that look random and are the same every time. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

/** So many stacks in layers, each needing up to `needs` of earlier ones. */
function layeredGraph(count: number, needs: number): Graph {
  const next = sequence(42);
  return new Map(
    Array.from({ length: count }, (_, n) => {
      const some = Array.from({ length: n === 0 ? 0 : needs }, () => `stack-${next(n)}`);
      return [`stack-${n}`, [...new Set(some)]];
    }),
  );
}

function stackGraph(graph: Graph): StackGraph {
  const at = { file: 'sloth.yaml', line: 1 };
  const declared = [...graph].map(([name, needs]) => ({
    name,
    description: '',
    inProject: true,
    tags: [],
    dependsOn: new Map(
      needs.map((to) => [to, { source: 'project', by: 'bench', range: '', at } as const]),
    ),
    workflow: { version: '1.0.0', file: '', dependsOn: new Map(), outputs: [], uses: [] },
  }));
  return buildStackGraph([], declared, new Set());
}

function benchGraph(): Result[] {
  const graph = layeredGraph(10_000, 5);
  const text = JSON.stringify([...graph]);
  const stacks = stackGraph(graph);
  const names = [...graph.keys()];
  const parsing = timed(9, () => JSON.parse(text));
  const all = timed(9, () => {
    topologicalGroups(graph);
    circles(graph);
    criticalPath(graph, (node) => node.length);
  });
  const ordered = timed(5, () => orderStacks(stacks, names, 10));
  const what = '10,000 stacks, 50,000 edges';
  return [
    timeResult(`order, groups, cycles, critical path: ${what}`, all, 'parse it', parsing, 200),
    timeResult(`deps order with estimates: ${what}`, ordered, 'parse it', parsing, 1000),
  ];
}

async function benchPicture(): Promise<Result> {
  const graph = stackGraph(layeredGraph(500, 3));
  const options = { showVersions: false, theme: 'light' } as const;
  const small = stackGraph(layeredGraph(50, 3));
  await renderSvg(small, options);
  const reference = await timedAsync(5, () => renderSvg(small, options));
  const measured = await timedAsync(3, () => renderSvg(graph, options));
  return timeResult('SVG of 500 stacks', measured, 'SVG of 50', reference, 2000);
}

const STACKS = 200;

/** No-op tasks: what is measured is the program. */
async function benchUp(): Promise<Result[]> {
  const { folder, db, env, dispose } = createWorkspace();
  const graph = layeredGraph(STACKS, 2);
  const lines = [...graph].map(
    ([name, needs]) => `  ${name}: { file: noop.sloth, depends_on: [${needs.join(', ')}] }`,
  );
  writeFileSync(join(folder, 'sloth.yaml'), `stacks:\n${lines.join('\n')}\n`);
  const noop = 'task("noop"):command(function() return true end)';
  writeFileSync(join(folder, 'noop.sloth'), `workflow.define("noop"):tasks({ ${noop} })\n`);
  const runner = await openRunner({ db, env, cwd: folder });
  try {
    const names = topologicalGroups(graph).flat();
    await oneByOne(runner, folder, names);
    const alone = await oneByOne(runner, folder, names);
    const serial = await upAll(runner, 1);
    const parallel = await upAll(runner, 4);
    const ideal = idealTime(graph, parallel.durations, 4);
    return [
      ratioResult('up of 200 stacks, one at a time', serial.total, 'the same 200 runs', alone, 1.5),
      ratioResult(
        'up of 200 stacks, 4 at a time',
        parallel.total,
        'the critical path of its stacks at 4',
        ideal,
        1.5,
      ),
    ];
  } finally {
    await runner.close();
    dispose();
  }
}

/** Milliseconds that the stacks take by themselves, one after the other. */
async function oneByOne(runner: Runner, folder: string, names: readonly string[]): Promise<number> {
  const file = join(folder, 'noop.sloth');
  const begun = performance.now();
  for (const stack of names) await runner.run({ file, stack, report: () => {} });
  return performance.now() - begun;
}

async function upAll(
  runner: Runner,
  maxConcurrent: number,
): Promise<{ readonly total: number; readonly durations: ReadonlyMap<string, number> }> {
  let [begun, ended] = [0, 0];
  const durations = new Map<string, number>();
  await runner.up({
    all: true,
    maxConcurrent,
    report(message) {
      if (message.type === 'up.started') begun = performance.now();
      if (message.type === 'stack.ended') durations.set(message.stack, message.duration);
      if (message.type === 'up.ended') ended = performance.now();
    },
  });
  return { total: ended - begun, durations };
}

function idealTime(graph: Graph, durations: ReadonlyMap<string, number>, slots: number): number {
  return Math.max(
    ...schedule(graph, (name) => durations.get(name) ?? 0, slots).map(({ end }) => end),
  );
}

function timed(rounds: number, action: () => unknown): number {
  const found = Array.from({ length: rounds }, () => {
    const begun = performance.now();
    action();
    return performance.now() - begun;
  });
  return median(found);
}

async function timedAsync(rounds: number, action: () => Promise<unknown>): Promise<number> {
  const found: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    await action();
    found.push(performance.now() - begun);
  }
  return median(found);
}
