import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandTable } from '../../src/cli/commandTable.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

/** Retitles, hides, goes back to the begin of the line, clears, turns the direction, forges a line. */
const WILD = '\u001b]0;owned\u0007\u001b[8mx\rStatus: UNLOCKED\u009b2J\u202e\u007f\nFORGED root';
/** Control characters without line break and tab, and those that turn the direction of a text. */
const CONTROLS = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const FORGED = /^(FORGED|Status: UNLOCKED)/m;

const lua = (text: string): string =>
  `"${[...Buffer.from(text)].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('')}"`;

/** A store in which everything that comes from outside is wild. */
async function wildStore(box: Sandbox): Promise<void> {
  const wild = lua(WILD);
  box.write(
    'w.sloth',
    `local wild = ${wild}
local f = resource.file("f" .. wild, { path = "f" .. wild, content = wild, impact = { content = wild } })
local bad = resource.symlink("bad", { path = "bad" .. wild, target = string.rep("x", 5000) })
workflow.define("w" .. wild):version("1" .. wild):description(wild)
  :resources({ f, bad })
  :tasks({ task("t" .. wild):description(wild):command(function()
    print(wild) log.warn(wild)
    exec.run("printf '" .. wild .. "'")
    state.set("k" .. wild, wild) stack.set_output("o" .. wild, wild) stack.set_output("plain", wild)
    return false, wild
  end) })`,
  );
  box.write(
    'sloth.yaml',
    `stacks:\n  s: { file: w.sloth, description: ${JSON.stringify(WILD)} }\n`,
  );
  await box.sloth('stack', 'new', 's', '--description', WILD);
  await box.sloth('run', '-f', 'w.sloth', '-s', 's');
  const create = ['--creator', `ann${WILD}`, '--description', WILD, '--tags', 'before'];
  await box.sloth('stack', 'snapshot', 'create', 's', ...create);
  box.write(`f${WILD}`, `changed${WILD}`);
  await box.sloth('stack', 'drift', 'detect', 's');
  await box.sloth('stack', 'drift', 'accept', 's', `file.f${WILD}`, '--reason', WILD);
  await box.sloth('stack', 'lock', 'acquire', 's', '--reason', WILD, '--locked-by', `a${WILD}`);
}

/** What to call each command with; those without an entry are called with what their arguments are named. */
const LINES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  init: [[`new${WILD}`]],
  run: [
    ['-f', 'w.sloth', '-s', 's'],
    ['-f', 'w.sloth', '-s', 's', '--dry-run'],
    ['-f', 'w.sloth', '-s', 't', '--validate'],
    ['-f', `none${WILD}`, '-s', `s${WILD}`],
    ['-f', 'w.sloth', '--set', `a${WILD}`],
  ],
  up: [['s', '--yes'], ['s', '--dry-run'], [WILD]],
  down: [['s', '--yes']],
  why: [['s'], [WILD]],
  destroy: [['--stack', 's', '--yes']],
  import: [['file', `i${WILD}`, `f${WILD}`, '--stack', 's']],
  'stack list': [[], ['--format', 'json'], ['--status', WILD]],
  'stack output': [['s'], ['s', `o${WILD}`], ['s', WILD]],
  'stack delete': [['s', '--yes']],
  'stack rename': [['s', WILD]],
  'stack history': [['s'], ['s', 'e1']],
  'stack validate': [['s'], ['all']],
  'stack lock acquire': [['s', '--reason', WILD]],
  'stack lock force-release': [['t', '--reason', WILD]],
  'stack snapshot show': [
    ['s', 'before'],
    ['s', WILD],
  ],
  'stack snapshot restore': [
    ['s', 'v1', '--dry-run'],
    ['s', WILD, '--yes'],
  ],
  'stack snapshot compare': [['s', 'v1', 'current']],
  'stack snapshot delete': [['s', WILD, '--yes']],
  'stack snapshot verify': [['s'], ['s', '--all']],
  'stack snapshot tag': [['s', 'before', WILD]],
  'stack resource history': [
    ['s', `file.f${WILD}`],
    ['s', WILD],
  ],
  'stack resource restore': [['s', `file.f${WILD}`, '--from', WILD]],
  'stack deps graph': [[], ['s'], ['--format', 'dot'], ['--format', 'mermaid']],
  'stack deps add': [['s', WILD]],
  'stack drift fix': [
    ['s', '--dry-run'],
    ['s', '--auto-approve'],
  ],
  'stack drift accept': [['s', WILD, '--reason', WILD]],
  'stack drift unmanaged': [['s', '--type', WILD]],
  'stack drift watch': [['s', '--interval', WILD]],
  'stack state get': [
    ['s', `k${WILD}`],
    ['s', WILD],
  ],
  'stack state set': [['s', `other${WILD}`, WILD]],
  'stack state delete': [['s', WILD]],
  'stack log': [['s'], ['s', '--patch'], ['s', '--verify']],
  'stack log compact': [['s', '--keep', WILD]],
  'events list': [['s'], ['--type', WILD]],
  'events show': [
    ['s', '3'],
    ['s', WILD],
  ],
  'backup verify': [[WILD]],
  'backup restore': [[WILD, '--yes']],
  completion: [['bash'], [WILD]],
  __complete: [['sloth-runner', 'stack', 'output', 's', ''], [WILD]],
};

const defaults = (names: readonly string[]): string[] =>
  names.map((name) => (name === 'STACK' ? 's' : name === 'VERSION' ? 'before' : WILD));

describe('what comes from outside can neither command a terminal nor forge a line', () => {
  // Starts the program more than a hundred times.
  test('of any command, for people and in JSON', { timeout: 240_000 }, async () => {
    const box = createSandbox();
    await wildStore(box);
    const found: unknown[] = [];
    const tested = commandTable.toSorted((a, b) => destroys(a.path) - destroys(b.path));
    for (const { path, args = [] } of tested) {
      const lines = LINES[path.join(' ')] ?? [defaults(args.map(({ name }) => name))];
      for (const line of lines) {
        const { stdout, stderr } = await box.sloth(...path, ...line);
        if (CONTROLS.test(stdout + stderr)) found.push([path, line, 'controls']);
        if (FORGED.test(stdout + stderr))
          found.push([path, line, 'forged', forgedIn(stdout + stderr)]);
        const json = await box.sloth(...path, ...line, '--json');
        if (CONTROLS.test(json.stdout + json.stderr)) found.push([path, line, 'controls in JSON']);
        if (!isText(path, line) && !(isJson(json.stdout) && isJson(json.stderr))) {
          found.push([path, line, 'no JSON', json.stdout.slice(0, 200), json.stderr.slice(0, 200)]);
        }
      }
    }
    expect(found.map((each) => JSON.stringify(each))).toEqual([]);
  });

  test('also where it is loud, coloured, and a picture', async () => {
    const box = createSandbox();
    await wildStore(box);
    const run = await box.sloth('run', '-f', 'w.sloth', '-s', 'v', '--verbose');
    expect([CONTROLS.test(run.stdout + run.stderr), FORGED.test(run.stdout)]).toEqual([
      false,
      false,
    ]);
    const colored = await box.shell('FORCE_COLOR=1 sloth-runner run -f w.sloth -s c || true');
    expect(colored.stdout).not.toContain('\u001b[8m');
    expect(colored.stdout).not.toContain('\u001b]');
    const { status } = await box.sloth('stack', 'deps', 'graph', '-o', join(box.folder, 'g.svg'));
    expect(status).toBe(0);
  });
});

/** The line before one that was forged, for who has to find out. */
const forgedIn = (text: string): string =>
  (/^.*\n(FORGED|Status: UNLOCKED).*/m.exec(text)?.[0] ?? '').slice(0, 300);

/** What is for another program, and has a form of its own. */
function isText(path: readonly string[], line: readonly string[]): boolean {
  return /complet/.test(path.join(' ')) || line.includes('dot') || line.includes('mermaid');
}

/** Commands after which less is left to show. */
function destroys(path: readonly string[]): number {
  return ['destroy', 'down', 'delete', 'rename', 'restore'].some((word) => path.includes(word))
    ? 1
    : 0;
}

/** One document, or one a line; a script's answer is no document, and nothing is none either. */
function isJson(text: string): boolean {
  if (text.trim() === '') return true;
  const parse = (part: string): boolean => {
    try {
      JSON.parse(part);
      return true;
    } catch {
      return false;
    }
  };
  return parse(text) || text.trim().split('\n').every(parse);
}
