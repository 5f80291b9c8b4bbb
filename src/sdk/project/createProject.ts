import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SlothError } from '../../errors/SlothError.ts';
import { PROJECT_FILE } from './findProject.ts';

/** The languages that a project can begin in. */
export type ProjectLanguage = 'lua' | 'typescript';

/**
 * Writes a project to start from: two stacks, of which one uses an output of the other. Rejects with
 * `project.exists` where one of its files is there already; then nothing is written. Gives the files.
 */
export async function createProject(folder: string, language: ProjectLanguage): Promise<string[]> {
  const files = language === 'lua' ? luaFiles : typeScriptFiles;
  for (const name of Object.keys(files)) {
    const file = join(folder, name);
    if (existsSync(file)) throw new SlothError('project.exists', { file });
  }
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { flag: 'wx' });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new SlothError('project.unreadable', { file, reason }, { cause });
    }
  }
  return Object.keys(files);
}

function projectFile(ending: string): string {
  return `# The stacks of this project. Run all of them, in order: sloth-runner up --all
stacks:
  base:
    file: base.${ending}
    tags: [infrastructure]
    description: What the others build on

  app:
    file: app.${ending}
    values: values.yaml
    # Needed in any case, because it uses an output of it; here with a range of versions.
    depends_on: [base@^1.0]
    tags: [application]
`;
}

const values = `# Values for the stack 'app'; a single one can be set with --set greeting=…
greeting: Hello
`;

const ignored = `.sloth-runner/
out/
`;

const luaFiles: Readonly<Record<string, string>> = {
  [PROJECT_FILE]: projectFile('sloth'),
  'base.sloth': `-- A directory that is there, and an output that says where.
local data = resource.directory("data", { path = "out/data" })

local publish = task("publish"):depends_on(data):command(function()
  stack.set_output("path", "out/data")
  return true
end)

workflow.define("base"):version("1.0.0"):outputs({ "path" }):resources({ data }):tasks({ publish })
`,
  'app.sloth': `-- A file whose place and content come from elsewhere: an output of 'base', and values.yaml.
local page = resource.file("page", {
  path = stack.output("base", "path") .. "/index.html",
  content = "<h1>" .. values.greeting .. "</h1>\\n",
})

workflow.define("app"):version("1.0.0"):resources({ page })
`,
  'values.yaml': values,
  '.gitignore': ignored,
};

const typeScriptFiles: Readonly<Record<string, string>> = {
  [PROJECT_FILE]: projectFile('ts'),
  'base.ts': `import { resource, stack, task, workflow } from 'sloth-runner';

// A directory that is there, and an output that says where.
const data = resource.directory('data', { path: 'out/data' });

const publish = task('publish', {
  dependsOn: data,
  command: () => stack.setOutput('path', 'out/data'),
});

export default workflow
  .define('base')
  .version('1.0.0')
  .outputs('path')
  .resources([data])
  .tasks([publish]);
`,
  'app.ts': `import { resource, stack, values, workflow } from 'sloth-runner';

// A file whose place and content come from elsewhere: an output of 'base', and values.yaml.
const page = resource.file('page', {
  path: \`\${await stack.output('base', 'path')}/index.html\`,
  content: \`<h1>\${values.greeting}</h1>\\n\`,
});

export default workflow.define('app').version('1.0.0').resources([page]);
`,
  'values.yaml': values,
  '.gitignore': ignored,
};
