/**
 * Refuses a lock file that leaves out the binaries of other platforms. npm drops those that it can't
 * see while it writes the file, and `npm ci` then refuses to install, here and everywhere.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const path = resolve(import.meta.dirname, '../package-lock.json');
const { packages } = JSON.parse(readFileSync(path, 'utf8')) as {
  packages: Readonly<Record<string, Locked>>;
};
const names = Object.keys(packages);
const missing = Object.values(packages)
  .flatMap(({ optionalDependencies = {} }) => Object.entries(optionalDependencies))
  .filter(([name]) => !names.some((each) => each.endsWith(`node_modules/${name}`)))
  .map(([name, version]) => `${name}@${version}`);
if (missing.length > 0) {
  process.stderr.write(`package-lock.json leaves out ${missing.join(', ')}\n`);
  process.exit(1);
}
