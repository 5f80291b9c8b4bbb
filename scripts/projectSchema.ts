/** Writes the JSON Schema of project files, for editors; with --check it only compares. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { projectSchema } from '../src/sdk/project/projectSchema.ts';

const path = join(import.meta.dirname, '../schema/sloth.schema.json');
const schema = {
  title: 'sloth-runner project',
  ...toJsonSchema(projectSchema, { errorMode: 'ignore' }),
};
const text = `${JSON.stringify(schema, null, 2)}\n`;
if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) {
    process.stderr.write('schema/sloth.schema.json is out of date: npm run docs\n');
    process.exit(1);
  }
} else {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
