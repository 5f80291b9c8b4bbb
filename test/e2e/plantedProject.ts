import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PlantedSecret, plantSecrets } from './plantedSecrets.ts';
import type { Sandbox } from './sandbox.ts';

/** How a secret gets in, or what holds it; names of things have no letters that a path can't have. */
export const secrets = plantSecrets(
  [
    'valuesFile',
    'nestedValue',
    'literal',
    'environment',
    'secretFile',
    'set',
    'setString',
    'param',
    'fileContent',
    'templateValue',
    'blockText',
    'dotenvValue',
    'processVariable',
    'sensitiveProperty',
    'output',
    'state',
    'taskOutput',
    'artifact',
    'printed',
    'error',
    'typescript',
    'stateByHand',
  ],
  [
    'header',
    'urlPassword',
    'urlQuery',
    'processCommand',
    'commandScript',
    'cronCommand',
    'lineText',
    'workflowDescription',
    'taskDescription',
    'pathName',
    'stateKey',
    'outputKey',
    'artifactName',
    'taskName',
    'resourceName',
    'tag',
  ],
);
/** The text of a secret. */
export const value = (name: string): string => (secrets[name] as PlantedSecret).value;

/** A text of Lua, whatever stands in it. */
const lua = (text: string): string => `json.decode([====[${JSON.stringify(text)}]====])`;

/** A workflow that gets secrets in every way, and uses each as such things are used. */
function workflow(origin: string): string {
  return `
local given = secret(values.given)
local set, text, param = secret(values.set), secret(values.text), secret(params.token)
local literal = secret(${lua(value('literal'))})
local fromEnv, fromFile = secret(os.getenv("PLANTED")), secret(fs.read("key.pem"))
local R = resource
local resources = {
  R.file("app", { path = "objects/app.conf", content = "password=" .. given.fileContent }),
  R.file("all", { path = "objects/all.conf", content = literal .. fromEnv .. fromFile .. set .. text .. given.deep.nestedValue }),
  R.template("page", { path = "objects/page", content = "{{key}}", values = { key = given.templateValue } }),
  R.line("line", { path = "objects/lines", line = given.lineText }),
  R.block("block", { path = "objects/blocks", name = "b", content = given.blockText }),
  R.dotenv("env", { path = "objects/.env", values = { KEY = given.dotenvValue } }),
  R.cron("job", { name = "job", schedule = "1 2 3 4 5", file = "objects/cron", user = "root", command = "true " .. given.cronCommand }),
  R.process("server", { command = "exec sleep 300; : " .. given.processCommand, pidfile = "objects/server.pid", env = { KEY = given.processVariable } }),
  R.command("script", { read = "cat objects/script 2>/dev/null || echo '{}'; : '" .. given.commandScript .. "'", apply = "echo '{\\"a\\":1}' > objects/script", attributes = { a = 1 } }),
  R.file("quiet", { path = "objects/quiet", content = ${lua(value('sensitiveProperty'))}, sensitive = { "content" } }),
  R.http("api", { url = "http://me:" .. given.urlPassword .. "@${origin}/good?token=" .. given.urlQuery, headers = { Authorization = given.header } }),
}
local work = task("work"):description("uses " .. given.taskDescription):tags({ given.tag })
  :artifacts({ "made.txt" }):command(function(this, params)
    stack.set_output("output", given.output)
    stack.set_output("both", { a = { given.output, param } })
    state.set("state", given.state)
    fs.write("made.txt", "made of " .. given.artifact)
    print("printed " .. given.printed)
    log.info("logged " .. json.encode({ given.printed, given.output }))
    fs.write("printed.txt", given.printed)
    exec.run("cat printed.txt; base64 -w0 printed.txt; cat printed.txt >&2; cat made.txt")
    exec.run({ "sh", "-c", "printf '%s' \\"$0\\" | sed 's/./&/g'", param })
    local answer = http.get("http://${origin}/bad?token=" .. given.urlQuery, { headers = { Authorization = given.header } })
    log.warn(answer.body)
    return true, "made with " .. given.taskOutput, { hidden = given.taskOutput, n = 1 }
  end)
local use = task("use"):depends_on({ "work" }):workdir("other"):consumes({ "made.txt" })
  :command(function(this, params, deps) print(deps.work.outputs.hidden, fs.read("made.txt")) end)
local names = task("names"):depends_on({ "use" }):run_if(function() return values.names == true end)
  :artifacts({ "*.artifact" }):command(function()
    pcall(function() state.set(given.stateKey, 1) end)
    pcall(function() stack.set_output(given.outputKey, 1) end)
    fs.write(given.artifactName .. ".artifact", "x")
  end)
local fail = task("fail"):depends_on({ "use" }):run_if(function() return values.fail == true end)
  :on_failure(function(error) print("failed with " .. error) end):command(function() error("cannot " .. given.error) end)
local exits = task("exits"):depends_on({ "use" }):run_if(function() return values.fail == true end)
  :env({ PART = given.error }):command('echo "$PART"; no-such-program "$PART"; exit 3')
workflow.define("planted"):description("needs " .. given.workflowDescription):version("1.0.0")
  :tasks({ work, use, names, fail, exits }):resources(resources)
`;
}

/** Workflows that name something after a secret: refused, each for its own name. */
export const named: Readonly<Record<string, string>> = {
  taskName: 'tasks({ task("t " .. hidden):command("true") })',
  resourceName: 'resources({ resource.file(hidden, { path = "objects/named", content = "x" }) })',
  pathName: 'resources({ resource.file("f", { path = "objects/" .. hidden, content = "x" }) })',
};

const typescript = (): string => `
import { exec, log, secret, stack, task, workflow } from 'sloth-runner';
const key = secret(${JSON.stringify(value('typescript'))});
workflow.define('typed').tasks([task('t').command(async () => {
  console.log('printed', key, { key });
  log.error(key);
  await stack.setOutput('key', { key });
  await exec.run(['sh', '-c', 'printf "%s" "$0" >&2', key]);
  throw new Error('cannot use ' + key, { cause: { key } });
})]);
`;

/** What a workflow finds in `values.given`. */
function givenValues(): Record<string, unknown> {
  const apart = [
    'literal',
    'environment',
    'secretFile',
    'set',
    'setString',
    'param',
    'nestedValue',
  ];
  const others = Object.values(secrets).filter(({ name }) => !apart.includes(name));
  const given = Object.fromEntries(others.map((each) => [each.name, each.value]));
  return { ...given, deep: { nestedValue: value('nestedValue') } };
}

/** Writes the project; `origin` is a server that repeats what it is asked with. */
export function plantProject(box: Sandbox, origin: string): void {
  const given = givenValues();
  const all = { given, set: value('set'), text: value('setString') };
  box.write('values.json', JSON.stringify({ given }));
  box.write('all.json', JSON.stringify(all));
  box.write('key.pem', value('secretFile'));
  box.write('planted.sloth', workflow(origin));
  box.write('typed.ts', typescript());
  box.write('broken.sloth', `local s = secret(${lua(value('literal'))}) error("no " .. s)`);
  box.write('sloth.yaml', 'stacks:\n  planted:\n    file: planted.sloth\n    values: all.json\n');
  for (const [name, parts] of Object.entries(named)) {
    const text = `local hidden = secret(${lua(value(name))}) workflow.define("${name}"):${parts}`;
    box.write(`${name}.sloth`, text);
  }
  for (const folder of ['objects', 'other', 'left', 'tmp']) mkdirSync(join(box.folder, folder));
  writeFileSync(join(box.folder, 'objects/lines'), 'first\n');
  box.env.PLANTED = value('environment');
  box.env.TMPDIR = join(box.folder, 'tmp');
}

/** Somebody changes objects, and a secret is what they hold then, too. */
export function changeObjects({ folder }: Sandbox): void {
  writeFileSync(join(folder, 'objects/app.conf'), `other=${value('printed')}\n`);
  writeFileSync(join(folder, 'objects/quiet'), 'loud');
  writeFileSync(join(folder, 'objects/all.conf'), `${value('literal')} and more`);
  writeFileSync(join(folder, 'objects/.env'), `KEY=${value('output').split('\n')[0]}\n`);
  rmSync(join(folder, 'objects/page'), { force: true });
}
