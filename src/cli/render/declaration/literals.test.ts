import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadLuaWorkflow } from '../../../dsl/lua/loadLuaWorkflow.ts';
import { sketchWorkflow } from '../../../dsl/typescript/testing/loadSketch.ts';
import { sketchHost } from '../../../dsl/typescript/testing/sketchHost.ts';
import type { WorkflowProgram } from '../../../model/host.ts';
import { canonicalJson, type JsonValue } from '../../../model/json.ts';
import { renderDeclaration } from './renderDeclaration.ts';
import { toLuaLiteral } from './toLuaLiteral.ts';
import { toTypeScriptLiteral } from './toTypeScriptLiteral.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sloth-literals-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the declared properties `v1`, `v2` … of a loaded file are. */
function valuesIn({ workflows }: WorkflowProgram): JsonValue[] {
  const properties = workflows[0]?.resources[0]?.properties ?? {};
  return Object.keys(properties).map((_, index) => properties[`v${index}`] ?? null);
}

/** All values as one declaration, read back by the language's own loader. */
async function readInLua(literals: readonly string[]): Promise<JsonValue[]> {
  const file = join(folder, 'flow.sloth');
  const lines = literals.map((each, index) => `v${index} = ${each},`);
  const declared = `resource.file("a", {\n${lines.join('\n')}\n})`;
  writeFileSync(file, `workflow.define("w"):resources({ ${declared} })`);
  const program = await loadLuaWorkflow(file, sketchHost(folder).host);
  try {
    return valuesIn(program);
  } finally {
    await program.close();
  }
}

async function readInTypeScript(literals: readonly string[]): Promise<JsonValue[]> {
  const lines = literals.map((each, index) => `v${index}: ${each},`);
  const text = `import { resource, workflow } from 'sloth-runner';
    workflow.define('w').resources([resource.file('a', {\n${lines.join('\n')}\n})]);`;
  const sketch = await sketchWorkflow({ 'flow.sloth.ts': text });
  try {
    return valuesIn(await sketch.load());
  } finally {
    await sketch.dispose();
  }
}

const awkward: readonly JsonValue[] = [
  '',
  'say "hi", it\'s \\ `x` ${y}',
  '\nbegins with a line break',
  'a\nb\n',
  'a\r\nb\rc\n',
  'ends with ]',
  'a\nends with ]',
  'a\n]] ]=] ]==]',
  'a\n]=',
  'tab\there\nand blank \nend',
  'a\n`${x}` \\n\n',
  'NUL \0 then 1: \x001 \x1b[31m \x7f \u009b \u2028 \u202e \ufeff',
  'smile 😀 and ñ',
  '--[[ no comment ]]',
  [],
  {},
  [[], {}, [[]], { a: [] }],
  [null, 1, null],
  { a: null },
  { 'not a name': 1, end: 2, class: 3, '1': 4, '': 5, "it's": 6, 'a\nb\nc': 7, ñ: 8 },
  JSON.parse('{"__proto__":{"a":1},"constructor":2}') as JsonValue,
  -1,
  0.1,
  -1.5e-7,
  1e21,
  123_456_789_012_345_680_000,
  Number.MAX_SAFE_INTEGER,
  2 ** 53,
  5e-324,
  Number.MAX_VALUE,
  true,
  false,
  { long: 'x'.repeat(80), nested: { list: ['y'.repeat(80), 'a\nb'], more: { text: 'a\nb\n' } } },
];

describe.each([
  { language: 'Lua', write: toLuaLiteral, read: readInLua },
  { language: 'TypeScript', write: toTypeScriptLiteral, read: readInTypeScript },
])('a value written in $language', ({ write, read }) => {
  test('is what it was when it is read there, whatever is in it', async () => {
    const found = await read(awkward.map((each) => write(each, '    ')));
    for (const [index, value] of awkward.entries()) {
      expect(canonicalJson(found[index] ?? null)).toBe(canonicalJson(value));
    }
  });

  test('is what it was, for any value', async () => {
    // Lines and brackets more often than chance would have them.
    const piece = fc.constantFrom(
      '\n',
      '\r',
      ']',
      '=',
      '[',
      '"',
      "'",
      '`',
      '${',
      '\\',
      'a',
      ' ',
      '\t',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(piece, { maxLength: 20 }).map((all) => all.join('')),
    );
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).value as fc.Arbitrary<JsonValue>;
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 100 }), async (all) => {
        const found = await read(all.map((each) => write(each, '    ')));
        expect(found.map((each) => canonicalJson(each))).toEqual(all.map(canonicalJson));
      }),
      { numRuns: 20 },
    );
  });

  test('shows nothing that a terminal would act on', () => {
    for (const each of awkward) {
      expect(write(each)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });
});

test('a text of several lines can be read as it is printed', () => {
  expect(toLuaLiteral('a = 1\nb = "2"\n')).toBe('[[\na = 1\nb = "2"\n]]');
  expect(toTypeScriptLiteral('a = 1\nb = "2"\n')).toBe('`a = 1\nb = "2"\n`');
});

test('of what is hidden a declaration says how to give it, and nothing else', () => {
  const declared = {
    type: 'line',
    name: 'db pass',
    properties: { path: '/x', line: '<sensitive>' },
    hidden: ['line'],
    changed: ['line'],
  };
  expect(renderDeclaration('lua', declared)).toEqual([
    'resource.line("db pass", {',
    '    path = "/x",',
    '    -- line has changed; it is secret and not shown. Give it as: line = secret(os.getenv("DB_PASS_LINE")),',
    '})',
  ]);
  expect(renderDeclaration('typescript', { ...declared, changed: [] })[2]).toBe(
    '    // line is secret and not shown. Keep it as it is declared, or give it as: line: secret(process.env.DB_PASS_LINE),',
  );
});
